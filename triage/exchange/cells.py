"""Texts of strangers as cells of a spreadsheet."""

from __future__ import annotations

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # as OWASP lists them


def neutral(text: str) -> str:
    r"""Return a text that no spreadsheet takes for a formula: one that could be begins with an apostrophe.

    >>> neutral('=HYPERLINK("https://site.example")')
    '\'=HYPERLINK("https://site.example")'
    """
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
