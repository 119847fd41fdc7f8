"""The window: toolbar, commands, pages, help, printing.

`window` holds everything; `toolbar`, `commands` (keys), `pages` (what stands in the place of the slices), `help`,
`progress`, `output` (printing and saving), `ending` (signals), `versions` (of libraries).
"""
