"""Statistics of a reader study on plain arrays: each figure with its 95 % interval, clustered by patient.

`estimates` is a figure with its interval, by the jackknife over patients; `proportions` are shares of a whole; `kappa`
is agreement in names and scales, `numbers` in numbers; `roc` is accuracy against a reference; `places` compares marks,
`froc` marks with ratings; `reader_study` generalises to other readers.
"""
