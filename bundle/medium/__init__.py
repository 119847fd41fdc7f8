"""What lies beneath index, loading, journals and check: a medium, plain or sealed.

`port` says what every medium can do: read a range, list, append. `plain` is a folder as it is; bundle.sealed has the
encrypted one.
"""
