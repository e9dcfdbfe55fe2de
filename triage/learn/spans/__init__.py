"""Spans: the very words that carry a technique, found in a text, and the technique of words that are given."""
