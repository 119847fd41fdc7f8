"""The whole way from scans to a bundle: builds, changes and splits bundles by calling the steps.

`build` calls the steps, top to bottom, and puts together what they return; `span` makes several media of one scan,
`change` takes cases out, `media` says what one build makes. `outcome` is what a build is asked for and what comes of
it, `context` what every step works with. `sources` reads the scans, `viewers` gets the packs. `write_images` writes
and has text looked for, `settle` carries out what becomes of it; `cleaner` is what a worker does with one image.
`catalogue_files` writes what lists the cases, `existing_bundle` reads back what lies on the drive already, `remember`
asks and fills the study's register, `notices` is what the report says of a written bundle.
"""
