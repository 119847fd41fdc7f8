"""VTK only: reslices and volume rendering.

`vtk_image` is where NumPy meets VTK; `reslice` cuts planes and slabs with a `reslice_filter`, `overlaid` those of a
stack that lies over another; `body` renders a volume for its page, as a `camera` sees it, with one `cast` or two, each
with `raycast`, `sampling`, `thinning`, `unlocked` and `render_presets` (that of MR by its `tissue`), at the `pace` of
the PC; `sculpting` hides parts of it; `volume_render` does it for the self-test; `modules` lists the parts of VTK in
use; `labelled` has the labels of segmentations on planes and in 3D.
"""
