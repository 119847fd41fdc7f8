"""The drive: what fits on it, and how it is written.

`target` refuses before anything is written; `staging` is where a bundle grows until it is complete;
`verified_write` writes only what is not there already; `mounts` says who keeps its files; `disc_image` makes images of
discs; `private_paths` keeps off the medium what is for the researcher alone.
"""
