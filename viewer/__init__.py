"""Looks at bundles; frozen onto the stick."""
