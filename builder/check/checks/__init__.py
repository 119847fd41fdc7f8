"""The checks, one module for each group of rules.

`drive` the file system; `layout` names and places; `texts` README.TXT and INDEX.HTM as texts, `papers` what they say;
`viewers` their files, `trial` runs them, `wine_gaps` under Wine; `index` the database, `rows` its patients to
instances, `listed` that files, DICOMDIR and index list the same files; `records` the DICOMDIR; `iod` attributes, `held`
those without their value; `web/` the reader in a browser; `pictures` the treatment of text; `answers` readers' journals
and their form; `handed` what the study's register keeps of the medium; `speed` how long a reader waits.
"""
