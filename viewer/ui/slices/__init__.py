"""The panes that show slices, and what the mouse does on them."""
