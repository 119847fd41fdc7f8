"""Sample scans of invented people, to try everything with."""

from builder.demo.export import write_demo

__all__ = ["write_demo"]
