"""Qt only: the window and its parts.

`app` starts the application; `trial` is the self-test and the screenshot in the real window, `measuring` draws its
distances, `counting` counts voxels of segments.
"""
