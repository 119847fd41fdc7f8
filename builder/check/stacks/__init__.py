"""The check's own proof of stacks, from the files alone: what is mixed, missing, out of order or named wrongly."""
