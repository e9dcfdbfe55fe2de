"""Texts laid end to end as bytes, the form in which the kernels read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SPARE = 64  # bytes after the last text, and numbers of scratch memory after the last one needed: kernels read ahead
SIGMA, DOTTED_I = "\u03a3", "\u0130"
_SIGMA_BYTES = SIGMA.encode()


class Packed(NamedTuple):
    """Texts as UTF-8 in one array: text i is `data[bounds[i]:bounds[i + 1]]`; `SPARE` zeros follow the last."""

    data: npt.NDArray[np.uint8]
    bounds: npt.NDArray[np.int64]


def pack(texts: Sequence[str | bytes]) -> Packed:
    """Return texts as one array of UTF-8, in which lone surrogates keep their code points.

    Bytes are taken as UTF-8 and broken ones read as Python's "replace" does. A capital sigma becomes the small one that
    `str.lower()` would write there, the only letter whose lower case depends on its neighbours.
    """
    chunks = [_utf8(text) for text in texts]
    bounds = np.zeros(len(chunks) + 1, np.int64)
    np.cumsum([len(chunk) for chunk in chunks], out=bounds[1:])
    return Packed(np.frombuffer(b"".join([*chunks, bytes(SPARE)]), np.uint8), bounds)


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


def _utf8(text: str | bytes) -> bytes:
    if isinstance(text, bytes):
        if text.isascii():
            return text
        text = text.decode("utf-8", "replace")
    if SIGMA in text:
        text = lower_sigma(text)
    return text.encode("utf-8", "surrogatepass")


def lower_sigma(text: str) -> str:
    """Return the text with each capital sigma in lower case, final at the end of a word, and all else as it was.

    >>> lower_sigma("ΟΔΟΣ, ΣΑΣ")
    'ΟΔΟς, σΑς'
    """
    lower = text.replace(DOTTED_I, "I").lower()  # the only one that would move what follows
    return "".join(low if high == SIGMA else high for high, low in zip(text, lower, strict=True))
