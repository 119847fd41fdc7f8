"""Finds image files below the sources and reads their headers.

`source` says where files come from (folders); `archives` and `seven_zip` unpack what is packed; `scan` reads headers
and says why a file is left out; `other_formats` names files that are no DICOM; `screen_captures` recognises pictures
of screens and paper; `segmentations` examines those; `series_facts` reads what series are chosen by; `exclusions`
leaves out files by their paths; `directories` finds what a DICOMDIR names and what is missing; `day_span` says when
an examination took place; `identifiers` collects everything that identifies a person, for the search of the finished
medium.
"""
