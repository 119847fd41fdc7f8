"""The search for originals in every build: the proof without which no bundle is finished.

`written` searches what a build has just written; the workers search its `images` side by side, and put the values of
their headers on a `pile`, so that each value is searched once.
"""
