"""The checks, one module for each group of rules.

`drive` the file system; `layout` names and places; `texts` README.TXT and INDEX.HTM; `viewers` their files, `trial`
runs them; `index` the database, `rows` its patients to instances, `listed` that files, DICOMDIR and index name the
same; `records` the DICOMDIR; `iod` attributes; `pictures` what was done for text; `speed` how long a reader waits.
"""
