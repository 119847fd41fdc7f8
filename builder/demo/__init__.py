"""Sample scans of invented people, for trying the program out.

`export` writes them: `people`, by a `plan` of series, on a `scanner`; each `plane` is a `canvas` on which `anatomy`
paints; `dicom` makes files, `dose` a dose page.
"""

from builder.demo.export import write_demo

__all__ = ["write_demo"]
