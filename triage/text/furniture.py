"""The lines of a plain text that are content, told from the page around it."""

from __future__ import annotations


def content_lines(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each line that is content, without the white space around it."""
    lines: list[tuple[int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if bare:
            first = start + line.index(bare)
            lines.append((first, first + len(bare)))
        start += len(line)
    return lines
