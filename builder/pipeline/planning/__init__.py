"""What is known before anything is written.

`forecast` is the result of a dry run: series, space and time; `counts` counts patients, studies, series and images;
`arranging` carries out what a plan says about cases, `missing` counts images that are not on the medium; `resuming`
names what an interrupted build had and a resumed one has not, `finished_medium` tells what it decided about the
pictures of a medium that it finished.
"""
