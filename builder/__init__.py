"""Makes and checks bundles.

`plan` has the types that the steps exchange, `build_plan` the files that a build will write, with their sources. Below
all rooms are small modules that many of them need: `content` (the kinds of content that a series can have), `blanking`
(areas to blank), `traits` (the attributes that distinguish frames), `reasons` (why a file is left out), `spool` (packed
records of very many images), `workers` (runs parallel steps), `waiting` (waits for the end of a program), `cell_text`
(makes text safe for tables).
"""
