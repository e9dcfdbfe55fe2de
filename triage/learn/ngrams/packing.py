"""Texts laid end to end as code points, the form in which the kernels read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SPARE = 64  # code points after the last text, and numbers of scratch memory after the last one needed: kernels read on
SIGMA, DOTTED_I = "\u03a3", "\u0130"
_AFTER = "\0" * SPARE


class Packed(NamedTuple):
    """Texts as code points in one array: text i is `data[bounds[i]:bounds[i + 1]]`; `SPARE` zeros follow the last.

    No text has more than `longest` code points in lower case.
    """

    data: npt.NDArray[np.uint32]
    bounds: npt.NDArray[np.int64]
    longest: int


def pack(texts: Sequence[str | bytes]) -> Packed:
    """Return texts as one array of code points, lone surrogates among them.

    Bytes are taken as UTF-8 and broken ones read as Python's "replace" does. A capital sigma becomes the small one that
    `str.lower()` would write there, the only letter whose lower case depends on its neighbours. numpy copies a string's
    code points at once, four times as fast as it can be encoded as UTF-8.
    """
    strings = [text if isinstance(text, str) else text.decode("utf-8", "replace") for text in texts]
    joined = "".join([*strings, _AFTER])
    if SIGMA in joined:
        strings = [lower_sigma(text) if SIGMA in text else text for text in strings]
        joined = "".join([*strings, _AFTER])
    bounds = np.zeros(len(strings) + 1, np.int64)
    sizes = [len(text) for text in strings]
    np.cumsum(sizes, out=bounds[1:])
    longest = max(sizes, default=0) + (joined.count(DOTTED_I) if DOTTED_I in joined else 0)
    return Packed(np.array([joined]).view(np.uint32), bounds, longest)


def blocks(texts: Sequence[str | bytes], characters: int) -> Iterator[Sequence[str | bytes]]:
    """Yield the texts in runs of about so many characters, at least one text each."""
    first, size = 0, 0
    for place, text in enumerate(texts):
        if size and size + len(text) > characters:
            yield texts[first:place]
            first, size = place, 0
        size += len(text)
    if first < len(texts):
        yield texts[first:]


def lower_sigma(text: str) -> str:
    """Return the text with each capital sigma in lower case, final at the end of a word, and all else as it was.

    >>> lower_sigma("ΟΔΟΣ, ΣΑΣ")
    'ΟΔΟς, σΑς'
    """
    lower = text.replace(DOTTED_I, "I").lower()  # the only one that would move what follows
    return "".join(low if high == SIGMA else high for high, low in zip(text, lower, strict=True))
