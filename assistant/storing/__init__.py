"""What store.py is made of: the builder, the pointer, the vectors, the manifest."""
