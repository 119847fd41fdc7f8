"""One reader at work, without a window: which case comes, what was answered, and where it is kept."""
