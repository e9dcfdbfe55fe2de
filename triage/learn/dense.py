"""The columns that a person can name: length, punctuation, and where a unit stands in its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.learn.ngrams.signs import COUNTS, count_signs, kinds_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.learn.documents import Unit

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]

# A name and the group under which evidence shows it, in the order of the columns.
DENSE: tuple[tuple[str, str], ...] = (
    ("log_characters", "length"),
    ("short", "length"),
    ("long", "length"),
    ("word_length", "length"),
    ("exclamation", "punctuation"),
    ("question", "punctuation"),
    ("quotation", "punctuation"),
    ("ellipsis_dash", "punctuation"),
    ("comma_colon", "punctuation"),
    ("capitals", "punctuation"),
    ("shouted", "punctuation"),
    ("digits", "punctuation"),
    ("position", "context"),
    ("first", "context"),
    ("last", "context"),
    ("passages", "context"),
    ("echo", "context"),
    ("quoted", "context"),
)
GROUPS = ("length", "punctuation", "context")
_SHORT, _LONG = 4.0, 5.5  # log characters: some 54 and 244


def dense_columns(units: Sequence[Unit]) -> Floats:
    """Return the dense columns of some units, one row a unit."""
    codes = code_points([unit.text for unit in units])
    ends = np.cumsum([len(unit.text) for unit in units], dtype=np.int64)
    begins = np.concatenate([np.zeros(1, np.int64), ends])[:-1]
    return columns_of(
        sign_counts(codes, begins, ends),
        position=np.array([unit.position for unit in units]),
        passages=np.array([unit.passages for unit in units]),
        echo=np.array([unit.echo for unit in units]),
        quoted=np.array([unit.quoted for unit in units]),
    )


def code_points(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Return the code points of some texts, one text after another."""
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def sign_counts(codes: NDArray[np.uint32], begins: Ints, ends: Ints) -> Ints:
    """Return what is counted (`COUNTS`) of each range of code points, one row a range.

    Counts add up: those of texts that are joined by line breaks are the sums, and one more character a line break.
    """
    counts = np.zeros((len(begins), len(COUNTS)), np.int64)
    count_signs(codes, begins, ends, kinds_of(codes), counts)
    return counts


def columns_of(counts: Ints, *, position: Floats, passages: Ints, echo: Floats, quoted: Floats) -> Floats:
    """Return the dense columns of units of which all else is known, one row a unit; see `Unit` for the names."""
    of = {name: counts[:, at].astype(float) for at, name in enumerate(COUNTS)}
    log_size, size = np.log1p(of["size"]), np.maximum(of["size"], 1)
    words = np.maximum(of["words"], 1)
    return np.column_stack(
        [
            log_size,
            np.maximum(0, _SHORT - log_size),
            np.maximum(0, log_size - _LONG),
            of["letters"] / words,
            *(np.log1p(of[sign]) for sign in ("exclamation", "question", "quotation", "ellipsis_dash")),
            np.log1p(of["comma_colon"]) / np.sqrt(words),
            of["capitals"] / size,
            np.log1p(of["shouted"]),
            of["digits"] / size,
            position,
            position == 0,
            position == 1,
            np.log(passages),
            echo,
            quoted,
        ]
    )
