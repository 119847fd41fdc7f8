"""Tests of builder/key."""
