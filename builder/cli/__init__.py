"""The command line: commands, options, progress and reports; the only room that talks.

`main` is mkbundle, and `grouped` puts options together; `build_command` builds and changes, as `build_options` says;
`check_command` checks, and `check_page` fills its page; `make` has the commands for samples and viewers, `media` discs
and several media, `policy` the options of de-identification, `reading` forms and hanging rules; `collect` is loaded
only where it is asked for. `progress` shows what a build is doing. `report` and `picture_report` are what a build says
at its end, `form_text` and `hanging_text` what a form and a hanging rule look like in plain words.
"""
