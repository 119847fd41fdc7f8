"""The search for originals: what is looked for, in which spellings, and where it hides."""
