"""Whether there is enough of a text to say anything about it."""

from __future__ import annotations

import re
from itertools import islice

_WORDS = 5
_LETTERS = 10
_LETTER = re.compile(r"[^\W\d_]")
# Scripts written without spaces: Thai to Khmer, the kana, Han (also above the basic plane).
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def is_too_short(text: str) -> bool:
    """Return whether a text has under five words, or, mostly in scripts without spaces, under ten letters.

    >>> is_too_short("Who pays for it?"), is_too_short("谁来为这些新的路灯付钱？")
    (True, False)
    """
    if not text.isascii() and _UNSPACED.search(text):
        letters = len(_LETTER.findall(text))
        if 2 * len(_UNSPACED.findall(text)) > letters:
            return letters < _LETTERS
    words = (word for word in text.split() if _LETTER.search(word))
    return sum(1 for _ in islice(words, _WORDS)) < _WORDS
