"""Checks of the reader in a browser: `reader` its page, script and list of scans, `chunks` its copies of the images."""

from builder.check.checks.web import chunks, reader

CHECKS = (*reader.CHECKS, *chunks.CHECKS)
