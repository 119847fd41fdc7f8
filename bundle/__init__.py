"""What a bundle is: names, records, the index, the manifest and geometry, shared by builder and viewer."""

__version__ = "0.1.0"
