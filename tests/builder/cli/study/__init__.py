"""Tests of builder/cli/study."""
