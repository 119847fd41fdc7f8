"""The whole way from scans to a bundle: builds, changes and splits bundles by calling the steps.

`build` calls the steps in order and combines their results; `span` splits one build over several media, `change`
removes cases, `media` makes the media that one command requests. `outcome` has the options and the result of a build,
`context` the objects that every step needs. `sources` reads the scans, `viewers` gets the packs. `write_images`
writes the images and has them searched for text, `settle` carries out the decisions; `cleaner` handles one image in a
worker. `catalogue_files` writes the lists of cases, `existing_bundle` reads a bundle that is already on the drive,
`remember` reads and fills the study's register, `proof` searches what was written for the originals, `notices` makes
notices about a written bundle; `planning` has what is known before anything is written, `sealing` makes and opens
encrypted media.
"""
