"""Checks of the reader in a browser.

`reader` compares its page, script and list of scans, `form` its form, `chunks` its copies of the images.
"""

from builder.check.checks.web import chunks, form, reader

CHECKS = (*reader.CHECKS, form.check_web_form, *chunks.CHECKS)
