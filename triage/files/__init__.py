"""Bytes in and out: files that may be compressed, and outputs that appear whole or not at all."""
