"""Makes stacks of the frames of a series: what a frame is, what tells frames apart, and what stays undecided."""
