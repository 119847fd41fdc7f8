"""Two series in one picture: a PET in colours over a CT or MR, or one series minus another.

`fusing` is the state, and loads the PET; `layer` paints it in one pane, `over_slice` in a pane of slices; `words` has
the texts on it; `bar` has the slider of its opacity. `subtracting` makes differences.
"""
