"""Readers by suffix. Each turns the bytes of a file into a Document, or raises ReadError."""
