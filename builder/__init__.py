"""Makes and checks bundles.

`plan` has the types that the steps hand to each other. Below all rooms lie small modules that many of them need:
`content` (the kinds of content that a series can have), `blanking` (boxes and surfaces to be blanked), `traits` (what
tells one frame from another), `reasons` (why a file is left out), `spool` (records of very many images, packed),
`workers` (where parallel steps run), `waiting` (the end of a program), `cell_text` (text that a table may hold).
"""
