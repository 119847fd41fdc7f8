"""Finds image files below the sources and reads their headers.

`source` says where files come from (folders); `scan` reads their headers and says why a file is left out;
`other_formats` names files that are no DICOM; `screen_captures` tells pictures of screens and paper; `identifiers`
collects what identifies somebody, for the search of the finished medium.
"""
