"""Sample scans of invented people, to try everything with.

`export` writes them: `people`, by a `plan` of series, on a `scanner`; each `plane` is a `canvas` on which `anatomy`
paints; `dicom` makes files, `dose` a dose page.
"""

from builder.demo.export import write_demo

__all__ = ["write_demo"]
