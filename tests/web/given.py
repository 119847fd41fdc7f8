"""What the vectors of journals are made from: names, lines, forms and values on which two programs might differ."""

from typing import Any

from bundle.reading.form_file import read_form

NAMES = [
    "Dr Quill",
    " dr  QUILL ",
    "Müller",
    "MÜLLER",
    "STRASSE",
    "straße",
    "Σίσυφος",
    "ΣΊΣΥΦΟΣ",
    "\N{FULLWIDTH LATIN CAPITAL LETTER A}b",
    "\N{LATIN SMALL LIGATURE FI}nn",
    "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}z",
    "D\u0131z",
    "Ann\u00a0Lee",
    "R\t1",
    "李",
    "x\u2028y",
]
SPELLINGS = [
    ("Dr. Quill", ["Dr Quill"]),
    ("quill", ["Dr Quill", "Dr Okafor"]),
    ("Dr Quil", ["Dr Quill", "Dr Okafor"]),
    ("Quill Anna", ["Anna Quill"]),
    ("Anna-Maria Quill", ["Anna Quill"]),
    ("R1", ["R2"]),
    ("Reader 1", ["Reader 11"]),
    ("Mueller", ["Müller"]),
    ("Muller", ["Müller"]),
    ("Weiß", ["Weiss"]),
    ("Dr Quill", ["Dr Quill"]),
    ("", ["Dr Quill"]),
    ("O'Neil", ["ONeil"]),
    ("Okafor", ["Okefor", "Okafur"]),
    ("Prof. Dr. med. Ash", ["Ash"]),
    ("Ash", ["Birch"]),
]
PLACE = {
    "series": "1.2",
    "instance": "1.2.3",
    "frame": 0,
    "column": 40.0,
    "row": 12.625,
    "position": [-0.0, 1e-05, 118.0],
}
PLANE = {
    "series": "1.2",
    "volume": {"instance": "1.2.3", "frame": 0},
    "frame_of_reference": "",
    "position": [1.0, 2.5, -3.0],
    "normal": [0.0, 1.0, 0.0],
    "slab": {"thickness": 10.0, "projection": "MIP"},
}
ABOUT = {"case": "CASE-001", "occurrence": 1}
LINES: list[tuple[str, dict[str, Any]]] = [
    (
        "open",
        {
            "format": 3,
            "file": "R-00000000-000000000000.JSONL",
            "reader": "Dr Quill \U0001f600 ü\x7f",
            "bundle": "b",
            "viewer": "0",
            "form": "",
            "form_version": "1",
            "form_text": 'title = "Größe"\n',
            "time_zone": "+0100",
            "session": 1,
            "arm": "",
            "seen": {"R-00000000-000000000001.JSONL": [3, "ab"]},
        },
    ),
    ("visit", ABOUT | {"number": 1, "study": "1.2", "training": False}),
    (
        "answer",
        ABOUT | {"question": "q", "series": "", "value": 'a "quote", \\ \t\n\r\b\f\x01 ü \u2028 \U0001f600 \x7f'},
    ),
    *(
        ("answer", ABOUT | {"question": "q", "series": "", "value": value})
        for value in (
            None,
            True,
            0,
            -7,
            3.5,
            1e-06,
            0.0001,
            123456789.125,
            999999999999999,
            ["a", "b"],
            [PLACE],
            [PLACE | {"rating": 80}, PLANE],
            {"value": 12.0, "unit": "mm", "points": [PLACE, PLACE | {"column": 41.0}]},
        )
    ),
    ("time", ABOUT | {"seconds": 60.0, "idle": 12.5}),
    (
        "submit",
        ABOUT
        | {
            "view": {
                "series": "1.2",
                "instance": "1.2.3",
                "frame": 0,
                "window": [40.0, 400.5],
                "zoom": 1.0,
                "inverted": False,
                "layout": "single",
                "key_images": [],
            }
        },
    ),
    ("receipt", {"code": "AAAA", "heads": {"R-00000000-000000000000.JSONL": [1, "ab"]}}),
]
QUESTION = '\n[[question]]\nid = "q"\ntext = "Q"\ntype = "text"\n'
ORDERS = [
    ("", 5),
    ("[order]\nshuffle = true\nseed = 7", 9),
    ("[order]\nshuffle = true\nrepeat = 3", 10),
    ("session = 3\n[order]\nshuffle = true\nseed = 9223372036854775807", 3),
    ('readers = ["A", "B", "C"]\n[order]\ndesign = "williams"\nseed = 3', 7),
    ('readers = ["B", "A"]\n[order]\ndesign = "blocks"\nblocks = 3\nseed = 2', 8),
    ('readers = ["B", "Z", "Y", "X", "A"]\n[order]\ndesign = "williams"', 3),
    ('[order]\ntraining = ["CASE-003", "CASE-001"]\nrepeat = ["CASE-002", "CASE-006"]\nshuffle = true', 6),
    ('[order]\ncases = ["CASE-005", "CASE-001", "CASE-002"]\nrepeat = 1\nseed = 11', 6),
    ('arm = "b"\narms = { A = ["a", "b"] }\n[order]\nshuffle = true', 4),
    (f'[order]\nshuffle = true\nrepeat = 2\n[media]\nset = "{"0" * 32}"\ncases = [4, 3]', 7),
    (f'[order]\nshuffle = true\n[media]\nset = "{"0" * 32}"\ncases = [[1, 4], [2, 3, 9]]', 4),
]
RATED = read_form("""
[[question]]
id = "t"
text = "T"
type = "text"
longest = 4
[[question]]
id = "c"
text = "C"
type = "choices"
options = ["a", "b", "c"]
least = 1
most = 2
[[question]]
id = "n"
text = "N"
type = "number"
from = -1.5
to = 10
unit = "cm"
[[question]]
id = "s"
text = "S"
type = "slider"
required = true
[[question]]
id = "y"
text = "Y"
type = "yesno"
only_if = { question = "s", at_least = 50 }
[[question]]
id = "m"
text = "M"
type = "mark"
most = 2
rating = { from = 0, to = 100, text = "R" }
[[question]]
id = "d"
text = "D"
type = "measurement"
unit = "cm"
to = 3
per = "series"
required = true
[[question]]
id = "o"
text = "O"
type = "choice"
options = ["a", "b"]
only_if = { question = "y", is = "yes" }
""")
VALUES: list[Any] = [
    None,
    "",
    "  ",
    "word",
    "words",
    "a",
    "\U0001f600\U0001f600\U0001f600\U0001f600",
    [],
    ["a"],
    ["a", "a"],
    ["a", "b", "c"],
    ["d"],
    0,
    1,
    1.5,
    -2,
    11,
    101,
    True,
    False,
    [PLACE],
    [PLACE | {"rating": 5}],
    [PLACE | {"rating": 5.5}],
    [PLACE | {"rating": 101}],
    [PLANE | {"rating": 5}] * 3,
    [PLANE | {"normal": [1.0, 1.0, 0.0]}],
    {"value": 12.0, "unit": "mm", "points": []},
    {"value": 42.0, "unit": "mm", "points": [PLACE]},
    {"value": 2, "unit": "cm", "points": [PLACE]},
    {"value": 2},
    {},
]
ANSWERS: list[dict[str, Any]] = [
    {},
    {"s ": 49},
    {"s ": 50},
    {"s ": 80, "y ": True},
    {"s ": 80, "y ": True, "o ": "z", "d 1.2": {"value": 12, "unit": "mm", "points": []}},
]
