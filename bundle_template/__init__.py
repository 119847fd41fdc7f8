"""Data that ends on the stick: README.TXT, INDEX.HTM, the Linux start script."""
