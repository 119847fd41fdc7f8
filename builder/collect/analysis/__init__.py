"""What the answers of a study amount to: agreement, accuracy against a reference, and the report that shows them.

`ratings` are the answers by reader, session and occurrence; `agreement` compares them with each other, `accuracy`
with the `truth`, `lesions` marks with lesions, `generalised` has the mean over readers; `analyse` does both.
`figures` puts them in words, `report` on a page with plots, `mrmc` in the files of other programs, and
`adjudication` makes the form for a reader who decides where others differ.
"""
