"""Checks of the reader in a browser: `reader` its page, script and list of scans, `chunks` its copies of the images."""
