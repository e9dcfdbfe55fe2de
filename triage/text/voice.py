"""Whose words a passage is: its author's own, or attributed speech."""

from __future__ import annotations

from triage.domain.score import Voice


def pieces(text: str, start: int, end: int, lang: str = "") -> list[tuple[int, int, Voice]]:
    """Return the disjoint pieces (start, end, voice) that make up the passage `text[start:end]`, in order."""
    return [(start, end, Voice.OWN)] if start < end else []
