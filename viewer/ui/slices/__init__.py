"""The panes that show slices, and the actions of the mouse on them.

`viewing` holds the open stacks, a `port` for each of the `panes`; `loadings` decides what to read. A `pane` paints a
`picture`, `overlay` and `drawing`; `mouse`, `wheel`, `pinch`, `drag` and `sketch` turn hand movements into states;
`slider` and `cine` go through slices; `stack_page` is a page that shows a stack as a whole; `answers` are those of the
form, `fusion` lays a PET over other series, `segmenting` segmentations.
"""
