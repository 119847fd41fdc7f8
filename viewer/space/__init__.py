"""Where things lie: planes and volumes in the patient, images on a pane; numbers only.

`mapping` places an image on a pane; `planes` goes from slice to slice, `linked` panes go together. `voxel_volume` is
what can be cut, with `slice_runs` along it; `mpr` holds planes and cross-hair, `crosshair` its lines on a pane,
`plane_view` what a pane shows of a plane; `polygons` clips.
"""
