"""The index: its tables, its rows as records, and how a program opens and judges it.

`schema` has the tables, `records` the rows; `index` opens it with `database`, `sound` judges it.
"""
