"""Text in a normal form for features, with a map back to the text as received.

Evasion is folded *for features only*: characters that nobody sees, full width, letters borrowed from a look-alike
script and mojibake. What a person is shown is always the text as received.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

# Format characters and the other default-ignorable code points of Unicode (variation selectors, Hangul fillers, tags),
# and the control characters that are no white space. The Arabic number signs (Cf too) are visible and stay.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]+"
)
# Where marks could be heaped up without end; sorting such a heap takes quadratic time. UAX #15 lets 30 stand in a row.
_MAYBE_HEAP = re.compile(r"[^\w\s\x00-\x7f]{31,}")
_MARKS_IN_A_ROW = 30
_SURROGATE = re.compile("[\ud800-\udfff]")
_LATIN = "A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\u024f\u1e00-\u1eff"
_CYRILLIC = "\u0400-\u052f"
_LOOKALIKE = _CYRILLIC + "\u0370-\u03ff\u0531-\u0587\u13a0-\u13fd"  # and Greek, Armenian, Cherokee
_MIXED = re.compile(rf"[{_LATIN}][\d_]*[{_LOOKALIKE}]|[{_LOOKALIKE}][\d_]*[{_LATIN}]")
_WORD = re.compile(r"[^\W\d_][\w]*")
_IS_LATIN = re.compile(f"[{_LATIN}]")
_IS_CYRILLIC = re.compile(f"[{_CYRILLIC}]")
_IS_LOOKALIKE = re.compile(f"[{_LOOKALIKE}]")
# Mojibake is a run of at least two characters that single-byte code pages have: a cheap test before ftfy's careful one.
_MAYBE_MOJIBAKE = re.compile("[\x80-\u02ff\u0370-\u04ff\u2010-\u266f]{2}")
_ROUNDS = 6  # a repair may uncover an invisible character, or more mojibake


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where it came from.

    `origin[i]` is the offset in the original of folded character i, and `origin[len(text)]` the original's length; it
    never falls. Characters that were unfolded from one (a ligature, "½") share its offset.
    """

    text: str
    origin: Sequence[int]


def repair(text: str) -> str:
    """Return the text with mojibake (UTF-8 once read as another encoding) mended, line by line.

    >>> repair("cafÃ© â€” naÃ¯ve")
    'café — naïve'
    """
    if text.isascii():
        return text
    return "\n".join(_mended(line) for line in text.split("\n"))


def fold(text: str) -> Folded:
    r"""Return the text as features see it: nothing invisible, NFKC width, look-alike letters and mojibake mended.

    Only words that mix Latin with a look-alike script are touched for look-alikes: each goes to the script that most of
    its letters have. Where mojibake is mended the offsets stay inside the line. Folding twice changes nothing. Case is
    kept. Never raises.

    >>> fold("va\u200bссine").text
    'vaccine'
    >>> list(fold("ﬁt").origin)
    [0, 0, 1, 2]
    """
    if _is_folded(text):
        return Folded(text, range(len(text) + 1))
    lines: list[str] = []
    origins: list[Iterable[int]] = []
    start = 0
    for line in text.split("\n"):
        if _is_folded(line):
            lines.append(line)
            origins.append(range(start, start + len(line) + 1))
        else:
            folded, origin = _fold_line(line)
            lines.append(folded)
            origins.append([start + at for at in origin])
        start += len(line) + 1
    return Folded("\n".join(lines), list(itertools.chain.from_iterable(origins)))


def _is_folded(text: str) -> bool:
    if _INVISIBLE.search(text):
        return False
    return text.isascii() or not (
        _SURROGATE.search(text)
        or _MAYBE_HEAP.search(text)
        or not unicodedata.is_normalized("NFKC", text)
        or _is_mixed(text)
        or _is_mojibake(text)
    )


def _fold_line(line: str) -> tuple[str, Sequence[int]]:
    """Return the folded line and its len(folded) + 1 offsets."""
    origin: Sequence[int] = range(len(line) + 1)
    for _ in range(_ROUNDS):
        before = line
        for step in _STEPS:
            changed, offsets = step(line)
            if changed != line:
                line = changed
                origin = [origin[at] for at in offsets]
        if line == before:
            break
    return line, origin


def _strip(line: str) -> tuple[str, Sequence[int]]:
    line = _SURROGATE.sub("\ufffd", line)
    if not _INVISIBLE.search(line):
        return line, range(len(line) + 1)
    return _without(line, {at for gap in _INVISIBLE.finditer(line) for at in range(*gap.span())})


def _thin(line: str) -> tuple[str, Sequence[int]]:
    """Return the line without the marks that follow thirty others."""
    excess: set[int] = set()
    for heap in _MAYBE_HEAP.finditer(line):
        marks = 0
        for at in range(*heap.span()):
            marks = marks + 1 if unicodedata.combining(line[at]) else 0
            if marks > _MARKS_IN_A_ROW:
                excess.add(at)
    return _without(line, excess) if excess else (line, range(len(line) + 1))


def _mend(line: str) -> tuple[str, Sequence[int]]:
    mended = _mended(line)
    return mended, _spread(line, mended) if mended != line else range(len(line) + 1)


def _compose(line: str) -> tuple[str, Sequence[int]]:
    """Return the line in NFKC with offsets by character, else by cluster, else (rare) spread over the line."""
    whole = unicodedata.normalize("NFKC", line)
    if whole == line:
        return line, range(len(line) + 1)
    for split in (list, _clusters):
        parts = split(line)
        composed = [_nfkc(part) for part in parts]
        if "".join(composed) == whole:
            return whole, _laid(parts, composed)
    return whole, _spread(line, whole)


def _clusters(line: str) -> list[str]:
    """Return the line cut before each character that does not combine with the one before it."""
    starts = [at for at, char in enumerate(line) if at == 0 or not _combines(_nfkc(char)[:1])]
    return [line[start:end] for start, end in itertools.pairwise([*starts, len(line)])]


def _combines(char: str) -> bool:
    return "\u1160" <= char <= "\u11ff" or bool(char and unicodedata.combining(char))  # Hangul vowels and finals


def _unmask(line: str) -> tuple[str, Sequence[int]]:
    if not _is_mixed(line):
        return line, range(len(line) + 1)
    parts = list(line)
    for word in _WORD.finditer(line):
        if _MIXED.search(word.group()):
            target, is_foreign = _target(word.group())
            for at in range(*word.span()):
                if is_foreign(parts[at]):
                    parts[at] = _lookalike(parts[at], target)
    return "".join(parts), _laid(line, parts)


_STEPS: tuple[Callable[[str], tuple[str, Sequence[int]]], ...] = (_strip, _thin, _mend, _compose, _unmask)


def _target(word: str) -> tuple[str, Callable[[str], object]]:
    """Return the script that a mixed word goes to, and what tells the letters that are foreign in it."""
    latin = len(_IS_LATIN.findall(word))
    if len(_IS_CYRILLIC.findall(word)) > latin:
        return "cyrillic", _IS_LATIN.match
    return "latin", _IS_LOOKALIKE.match


@functools.lru_cache(maxsize=4096)
def _lookalike(letter: str, script: str) -> str:
    import disarm

    return unicodedata.normalize("NFKC", disarm.normalize_confusables(letter, target_script=script))


@functools.lru_cache(maxsize=65536)
def _nfkc(part: str) -> str:
    return unicodedata.normalize("NFKC", part)


def _is_mixed(text: str) -> bool:
    # The two quick looks spare most texts the slow one.
    return bool(_IS_LOOKALIKE.search(text) and _IS_LATIN.search(text) and _MIXED.search(text))


def _is_mojibake(text: str) -> bool:
    if not _MAYBE_MOJIBAKE.search(text):
        return False
    from ftfy.badness import is_bad

    return is_bad(text)


def _mended(line: str) -> str:
    if line.isascii() or not _is_mojibake(line):
        return line
    import ftfy

    return ftfy.fix_encoding(line)


def _without(line: str, dropped: set[int]) -> tuple[str, list[int]]:
    kept = [at for at in range(len(line)) if at not in dropped]
    return "".join(line[at] for at in kept), [*kept, len(line)]


def _laid(parts: Sequence[str], changed: Sequence[str]) -> Sequence[int]:
    """Return the offsets of characters that came of `parts`, one of `changed` each, with the end as the last."""
    if set(map(len, parts)) | set(map(len, changed)) <= {1}:
        return range(len(parts) + 1)
    offsets: list[int] = []
    start = 0
    for part, new in zip(parts, changed, strict=True):
        # A part that kept its length kept its characters' places.
        offsets.extend(range(start, start + len(part)) if len(new) == len(part) else [start] * len(new))
        start += len(part)
    offsets.append(start)
    return offsets


def _spread(line: str, changed: str) -> list[int]:
    """Return offsets in `line` for each character of `changed` and its end, by the share of its UTF-8 bytes.

    Exact where all of the line is UTF-8 that was read byte by byte; elsewhere still inside the line.
    """
    sizes = [len(char.encode("utf-8", "replace")) for char in changed]
    total = sum(sizes) or 1
    ends = itertools.accumulate(sizes, initial=0)
    return [end * len(line) // total for end in ends]
