"""Hashed n-grams of words and characters: a scikit-learn transformer, and a scorer that never builds the matrix.

`HashedNgrams` is loaded on first use, so that scoring with a stored model does not import scikit-learn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triage.learn.ngrams.hashed import HashedNgrams

__all__ = ["HashedNgrams"]


def __getattr__(name: str) -> Any:
    if name == "HashedNgrams":
        from triage.learn.ngrams.hashed import HashedNgrams

        return HashedNgrams
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
