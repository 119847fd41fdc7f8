"""VTK only: reslices and volume rendering.

`vtk_image` is where NumPy meets VTK; `reslice` cuts planes and slabs, `overlaid` those of a stack that lies over
another; `body` renders a volume for its page, with `raycast`, `thinning`, `unlocked` and `render_presets`;
`volume_render` does it for the self-test; `modules` lists the parts of VTK in use.
"""
