"""The window: toolbar, commands, pages, help, printing.

`window` holds everything; `toolbar`, `commands` (keys), `pages` (the slices, or a page in their place), `help`,
`marked` (a list), `progress`, `output` (printing, saving, copying), `values` (figures and the test pattern),
`typed_window`, `fusion`, `segments`, `ending` (signals), `versions` (of libraries), `password` (of a sealed medium),
`handing` (a case for another program).
"""
