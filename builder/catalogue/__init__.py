"""What lists the written instances: DICOMDIR, index, stacks, previews and the papers on the medium."""
