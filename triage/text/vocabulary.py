"""The words of a text, to see how many of them are new. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from triage.text.normalise import fold

_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+")


def words(text: str) -> set[str]:
    """Return the words of a folded text, in lower case; where no spaces part them, each two characters in a row.

    >>> sorted(words("The dyke, the DYKE!"))
    ['dyke', 'the']
    >>> sorted(words("堤坝今晚"))
    ['今晚', '坝今', '堤坝']
    """
    found: set[str] = set()
    for run in _WORD.findall(fold(text).text.lower()):
        if _HAN.fullmatch(run):
            found.update(run[at : at + 2] for at in range(max(len(run) - 1, 1)))
        else:
            found.add(run)
    return found


def share_unknown(text: str, known: Collection[str]) -> float | None:
    """Return the share of a text's different words that are not `known`, or None for a text without words.

    >>> share_unknown("the new dyke", {"the", "dyke", "is"})
    0.3333333333333333
    """
    own = words(text)
    return sum(word not in known for word in own) / len(own) if own else None
