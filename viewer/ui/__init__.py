"""Qt only: the window and what is in it.

`app` starts the application; `trial` is the self-test and the screenshot in the real window.
"""
