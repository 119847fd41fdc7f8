"""Makes stacks of the frames of a series.

`read_traits` reads from a header what tells frames apart; `splitting` parts what overlaps or alternates along the
normal, `same_place` what is still at one place, `same_value` says when two values are one; `one_look` puts
pictures of one format together. `undecided` reports what nothing tells; `stacks` makes the ordered stacks of written
instances, `naming` says what they are called.
"""
