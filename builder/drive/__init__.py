"""The drive: what fits on it, staging, verified writes, disc images, and which paths stay private."""
