"""VTK only: reslices and volume rendering."""
