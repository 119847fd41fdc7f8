"""The check's own proof of stacks, from the files alone.

`stacks` calls the others with an `indexed_stack`: `positions` says where frames lie, `stack_geometry` step and tilt,
`slice_order` the order, `mixed_values` what alternates, `stack_pairs` what two stacks are to each other, `notes`,
`units` and `index_columns` what the index says,
`stack_names` how a stack is called; `preview` compares pictures, `png` their form.
"""
