"""The command line: commands, options, progress and reports; the only room that talks."""
