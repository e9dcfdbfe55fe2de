"""Labels and offsets of foreign corpora, made to fit the taxonomy and the text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from triage.domain.corpus import LabelledPassage, LabelledSpan
from triage.domain.taxonomy import ANY_TECHNIQUE, LabelMap, Taxonomy, family_of, is_marker_id

NOTHING_FOUND = frozenset({"no technique", "no_technique", "none"})


@dataclass(frozen=True, slots=True)
class Fitted:
    """Where a span stands in its text, and what had to be changed for that, if anything."""

    start: int
    end: int
    change: str = ""


def looked_for(label_map: LabelMap) -> tuple[str, ...]:
    """Return the markers that annotators with these labels looked for, any technique included where labels imply it."""
    markers = {marker for group in label_map.labels.values() for marker in group}
    return tuple(sorted(markers | ({ANY_TECHNIQUE} if label_map.implies_any else set())))


def markers_of(labels: Iterable[str], label_map: LabelMap) -> frozenset[str]:
    """Return the markers of some foreign labels, and any technique where they imply it.

    Labels that say *nothing found* give none.
    """
    real = [label for label in labels if label.strip().lower() not in NOTHING_FOUND]
    found = {marker for label in real for marker in label_map.markers(label)}
    return frozenset(found | ({ANY_TECHNIQUE} if found and label_map.implies_any else set()))


class Names:
    """Finds markers by the spellings that people and tools give them."""

    def __init__(self, taxonomy: Taxonomy, family: str) -> None:
        self._family = family
        self._known: dict[str, str] = {}
        for marker in taxonomy.markers.values():
            for spelling in (marker.name, marker.id.partition(":")[2], marker.id):
                self._known.setdefault(_letters(spelling), marker.id)

    def known(self, label: str) -> str | None:
        """Return the marker of the taxonomy that a label names whatever its capitals and signs, or None."""
        return self._known.get(_letters(label))

    def marker(self, label: str) -> str:
        """Return the marker of a label; one that the taxonomy does not know stays a marker of the layout's family."""
        known = self.known(label)
        if known or is_marker_id(label):
            return known or label
        return f"{self._family}:{'_'.join(label.replace(',', '-').replace('*', '').split()) or 'unnamed'}"


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


def fit(text: str, start: object, end: object, words: str = "") -> Fitted | str:
    """Return where a span stands in its text, or in one line why it cannot be placed.

    Where the annotation quotes its words they decide: offsets in UTF-16 units (as browsers count) are turned into code
    points, and words that stand elsewhere, once, are found there. Without words a span is cut at the end of the text.

    >>> fit("one two", 4, 9)
    Fitted(start=4, end=7, change='cut off at the end of the text (4-9 of 7)')
    >>> fit("one two", 8, 9)
    '8-9 does not lie in the text of 7 code points'
    """
    if type(start) is not int or type(end) is not int:
        return f"{start!r} to {end!r} are no offsets"
    if start < 0 or start >= end:
        return f"{start}-{end} is no stretch of text"
    if words:
        return Fitted(start, start + len(words)) if text[start:end] == words else _find(text, start, end, words)
    if start >= len(text):
        return f"{start}-{end} does not lie in the text of {len(text)} code points"
    if end > len(text):
        return Fitted(start, len(text), f"cut off at the end of the text ({start}-{end} of {len(text)})")
    return Fitted(start, end)


def _find(text: str, start: int, end: int, words: str) -> Fitted | str:
    units = text.encode("utf-16-le", "surrogatepass")
    here = units[: 2 * start].decode("utf-16-le", "replace")
    if text.startswith(words, len(here)):
        return Fitted(len(here), len(here) + len(words))
    trimmed = words.strip()
    if trimmed and text[start:end].strip() == trimmed:
        at = text.index(trimmed, start)
        return Fitted(at, at + len(trimmed))
    if trimmed and text.count(trimmed) == 1:
        at = text.index(trimmed)
        return Fitted(at, at + len(trimmed), f"moved from {start}-{end} to where its words stand")
    return f"{start}-{end} does not hold the words of the annotation"


def line_bounds(text: str) -> list[tuple[int, int]]:
    r"""Return start and end of every line of a text, empty ones too; only \n ends a line, as annotation tools count.

    >>> line_bounds("a\n\nbc")
    [(0, 1), (2, 2), (3, 5)]
    """
    bounds = []
    start = 0
    for line in text.split("\n"):
        bounds.append((start, start + len(line)))
        start += len(line) + 1
    return bounds


def passages_of_lines(text: str, spans: Sequence[LabelledSpan] = ()) -> tuple[LabelledPassage, ...]:
    """Return the lines of a text that hold anything, each with the labels of the spans that overlap it."""
    return tuple(
        LabelledPassage(
            start=start,
            end=end,
            labels=frozenset(span.label for span in spans if span.start < end and span.end > start),
        )
        for start, end in line_bounds(text)
        if text[start:end].strip()
    )


def whole(text: str, labels: Iterable[str]) -> tuple[LabelledPassage, ...]:
    """Return a text as one passage."""
    return (LabelledPassage(start=0, end=len(text), labels=frozenset(labels)),) if text else ()


def summed(labels: Iterable[str]) -> frozenset[str]:
    """Return labels with any technique added where one of them is a technique."""
    found = frozenset(labels)
    return found | {ANY_TECHNIQUE} if any(family_of(label) == "technique" for label in found) else found


def with_unix_lines(raw: str, spans: Sequence[tuple[int, int]]) -> tuple[str, Callable[[int], int], str]:
    r"""Return a text with \n for each line end, the map of its spans' offsets onto it, and a remark if it was needed.

    Of articles with \r\n some copies count both characters and some one. The reading that puts more of the spans' edges
    between words wins, the file as it is where both do equally well.
    """
    if "\r\n" not in raw:
        return raw, int, ""
    text = raw.replace("\r\n", "\n")
    if _clean_edges(text, spans) > _clean_edges(raw, spans):
        return text, int, "its line ends have two characters, which its offsets count as one"
    breaks = [found.start() for found in re.finditer("\r\n", raw)]

    def moved(offset: int) -> int:
        return offset - bisect_left(breaks, offset)

    return text, moved, "its line ends have two characters; offsets were moved to a text with one"


def _clean_edges(text: str, spans: Sequence[tuple[int, int]]) -> int:
    return sum(_is_edge(text, start) + _is_edge(text, end) for start, end in spans if 0 <= start < end <= len(text))


def _is_edge(text: str, at: int) -> bool:
    before, after = text[max(at - 1, 0) : at], text[at : at + 1]
    return not before.isalnum() or not after.isalnum()
