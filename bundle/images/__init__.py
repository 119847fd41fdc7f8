"""What is said and reckoned of images: geometry, directions, units, and what was done to their pixels."""
