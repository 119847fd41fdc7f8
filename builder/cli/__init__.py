"""The command line: commands, options, progress and reports; the only room that prints.

`main` is mkbundle, and `grouped` groups options; `build_command` builds and changes, with `build_options`;
`check_command` checks, and `check_page` fills its page; `make` has the commands for samples and viewers, `media` discs
and several media, `policy` the options of de-identification, `reading` forms and hanging rules; `collect` is loaded on
demand. `progress` shows the progress of a build. `report` and `picture_report` are the report of a build, `form_text`
and `hanging_text` describe a form and a hanging rule in plain words. `choosing` has what decides which scans are taken,
`study` the commands on the memory of a study, `sealing` those on encrypted media, `reports` further forms of the
report, and `papers` further parts of it.
"""
