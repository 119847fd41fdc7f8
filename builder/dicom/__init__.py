"""DICOM files and nothing of this program: opening, walking bytes, elements, pixels and decoding."""
