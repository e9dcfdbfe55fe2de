"""Explain: one text with its scores, passages and evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import InputError
from triage.files.reading import BROKEN, open_bytes

if TYPE_CHECKING:
    from triage.domain.score import TextScore
    from triage.learn.model import MarkerModel

_PAGES = {".html", ".htm", ".xhtml"}
_TEXTS = {".txt", ".md"}


def text_of(text_or_file: str) -> str:
    """Return the text itself, or that of the file which it names; of a page, what the extractor takes for its body.

    Raises `InputError` where the file cannot be read.
    """
    path = Path(text_or_file)
    if not _names_file(path):
        return text_or_file
    try:
        with open_bytes(path) as stream:
            data = stream.read()
    except BROKEN as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    if path.suffix.lower() in _PAGES:
        from triage.text.extract import extract_html

        return extract_html(data).text
    from triage.text.encoding import decode

    return decode(data)


def explain(model: MarkerModel, text: str, lang: str = "") -> TextScore:
    """Return the score of one text with its evidence and all its passages."""
    return model.explain(text, lang)


def _names_file(path: Path) -> bool:
    """Return whether a file or folder is meant: it is there, or it is one word that ends as a text file's name does."""
    try:
        return path.exists() or (path.suffix.lower() in _TEXTS | _PAGES and not any(map(str.isspace, str(path))))
    except (OSError, ValueError):  # too long for a name, or a NUL in it: a text
        return False
