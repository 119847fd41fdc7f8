"""The case list.

`case_list` holds cases and series; `case_delegate` paints its rows.
"""
