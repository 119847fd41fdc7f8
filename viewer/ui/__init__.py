"""Qt only: the window and what is in it."""
