"""What a reader leaves on slices: measurements, key images, and the statistics of a region."""
