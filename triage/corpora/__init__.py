"""Labelled corpora: files of known layouts become labelled articles, or an error that names file and line."""
