"""The panes that show slices, and what the mouse does on them.

`viewing` holds what is looked at, a `port` for each of the `panes`; `loadings` says what is read. A `pane` paints a
`picture`, `overlay` and `drawing`; `mouse`, `wheel`, `pinch`, `drag` and `sketch` turn hands into states; `slider`
and `cine` go through slices; `stack_page` is a page that shows a stack as a whole.
"""
