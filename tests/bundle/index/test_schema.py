"""The statements that make the index are those of another program."""

import sqlite3

from sqlite_utils import Database

from bundle.index.schema import TABLES, statements

_MADE = "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"


def test_the_tables_are_those_that_sqlite_utils_makes_of_the_same_columns() -> None:
    ours, theirs = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
    for statement in statements():
        ours.execute(statement)
    for name, (columns, key, foreign) in TABLES.items():
        Database(theirs).table(name).create(columns, pk=key, foreign_keys=foreign)
    assert ours.execute(_MADE).fetchall() == theirs.execute(_MADE).fetchall() != []
