"""What lists the written instances, and the papers on the medium.

`dicomdir` and `index` write the two lists, and `unused` finds what of the index is in no use; `previews` makes stacks
and their pictures while other series are written, `preview` one picture; `left_out` counts images that no file tells
of; `template` has README.TXT, INDEX.HTM, the manual and the start script.
"""
