"""The drive: whether a bundle fits on it, and how to write it.

`target` refuses unsuitable drives before anything is written; `staging` holds a bundle until it is complete;
`verified_write` writes only what is not there already; `mounts` detects who keeps a medium's files; `disc_image` makes
images of discs, `opened_image` opens one as a folder, within `image_limits`; `copying` makes identical
media;
`private_paths` keeps the researcher's private files off the medium.
"""
