"""Makes and checks bundles."""
