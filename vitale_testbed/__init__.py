"""The composition root: the command line, the `builtin` product, names to images and readers."""
