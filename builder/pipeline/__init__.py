"""The whole way from scans to a bundle: builds, changes and splits bundles by calling the steps.

`build` calls the steps, top to bottom; `span` makes several media of one scan, `change` takes cases out, `media` says
what one build makes. `outcome` is what a build is asked for and what comes of it. `write_images` writes and has text
looked for, `settle` carries out what becomes of it; `cleaner` is what a worker does with one image. `catalogue_files`
writes what lists the cases, `remember` asks and fills the register; `existing_bundle` reads back what lies on the
drive already, `bits_report` says what was done above Bits Stored.
"""
