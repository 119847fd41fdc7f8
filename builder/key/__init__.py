"""The study key and the crosswalk, which stay with the researcher."""
