"""Lists the written instances, and makes the documents on the medium.

`dicomdir` and `index` write the two lists, the latter by `rows`, and `unused` finds unused bytes of the index;
`previews` makes stacks and their pictures while other series are written, `preview` one picture; `left_out` counts
images that no file on the medium mentions; `template` has README.TXT, INDEX.HTM, the manual and the start script;
`compact_forms` has the rows and the compact forms of segmentations, `web_files` the reader in a browser, `web_chunks`
its images, `web_form` its form; `cleaning` sums up for the papers what the files say of their de-identification, and
`manual` appends it to the manual.
"""
