"""Builds stacks from the frames of a series.

`read_traits` reads the attributes that distinguish frames; `splitting` separates frames that overlap or alternate along
the normal, `same_place` those still at one place, `same_value` decides when two values are one; `one_look` groups
pictures of one format. `undecided` reports frames that nothing distinguishes; `stacks` makes the ordered stacks of
written instances, `naming` names them, `moments` says when they were acquired.
"""
