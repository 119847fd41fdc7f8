"""Libraries of a pack that are changed before they go onto a stick.

`blas` and `icu` put small libraries in the place of NumPy's and Qt's large ones, `unused` one in the place of parts of
VTK; `compiling` compiles them. `dlls` gives those for Windows short names and one C++ runtime;
`pe` reads what they name.
"""
