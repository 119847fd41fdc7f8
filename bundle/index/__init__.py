"""The index: its tables, its rows as records, and how it is opened and judged.

`schema` has the tables, `records` the rows; `index` opens it, `sound` judges it.
"""
