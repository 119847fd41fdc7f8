"""The check's own proof of stacks, from the files alone.

`stacks` calls the others with an `indexed_stack`: `positions` computes where frames lie, `stack_geometry` checks step
and tilt, `slice_order` the order, `mixed_values` alternating values, `stack_pairs` the relations between two stacks,
`notes`, `units` and `index_columns` the contents of the index, `stack_names` the name of a stack, `moments`
when it was acquired; `preview` compares
pictures.
"""
