"""Reads a medium: its files, DICOM headers and DICOMDIR."""
