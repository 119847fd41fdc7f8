"""The parts of VTK that the viewer uses: a frozen viewer needs these and what they link to, and nothing else."""

VTK_MODULES = (
    "vtkmodules.util.numpy_support",
    "vtkmodules.vtkCommonCore",
    "vtkmodules.vtkCommonDataModel",
    "vtkmodules.vtkCommonMath",
    "vtkmodules.vtkImagingCore",
    "vtkmodules.vtkRenderingCore",
    "vtkmodules.vtkRenderingOpenGL2",
    "vtkmodules.vtkRenderingVolume",
    "vtkmodules.vtkRenderingVolumeOpenGL2",
)
