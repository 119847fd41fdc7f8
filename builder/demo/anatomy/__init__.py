"""The bodies of the sample scans, painted tissue by tissue."""
