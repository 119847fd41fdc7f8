"""Finds image files below the sources and reads their headers.

`source` yields files (from folders); `scan` reads their headers and decides why to leave a file out;
`screen_captures` recognises pictures of screens and paper; `identifiers` collects everything that identifies a person,
for the search of the finished medium.
"""
