"""Geometry: planes and volumes in the patient, images on a pane; numbers only.

`mapping` places an image on a pane; `planes` goes from slice to slice, `linked` ties panes together. `voxel_volume` is
a volume that can be cut, with `slice_runs` along it; `mpr` holds planes and cross-hair, `crosshair` its lines on a
pane, `plane_view` the part of a plane that a pane shows, `plane_roi` the values inside an area; `polygons` clips;
`registered` says whether two series may lie over each other, `one_grid` whether one may be
subtracted from the other; `curve` is a curve through points, `straighten` a
picture along it.
"""
