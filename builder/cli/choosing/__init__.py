"""What of the scans goes on the medium: the options that choose.

`options` are those of a build; `plan` reads and writes plans; `study_file` takes
options from a file.
"""
