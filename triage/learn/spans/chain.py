"""A linear chain over the tokens of a passage: for each token, how likely it stands in a span, and of what length."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.learn.linear import packed, unpacked
from triage.learn.spans import lattice
from triage.learn.spans.attributes import BITS, Attributes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]

MIN_TOKENS = 3  # an attribute of fewer tokens says nothing about others
EPOCHS = 6
RATE = 0.05
PENALTY = 1e-3


@dataclass(frozen=True)
class Chain:
    """A linear-chain conditional random field (Lafferty et al. 2001) over hashed attributes.

    `columns` are the attributes that count, ascending, each a row of `weights` with a column a state; weights are whole
    numbers from -127 to 127 times the state's own step. `bias` is a number a state, `moves` (states × states) what it
    adds to go from one to the next. State 0 is *outside of any span*.
    """

    columns: NDArray[np.int32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float64]
    moves: NDArray[np.float64]

    def inside(self, attributes: Attributes, first: Ints, passages: Ints) -> Floats:
        """Return the probability of each token to stand in a span; tokens `first[p]` to `first[p + 1]` are passage p.

        Tokens of other than these passages get 0.
        """
        shares = np.zeros((len(attributes.indptr) - 1, len(self.bias)))
        shares[:, 0] = 1
        indices = self._places[attributes.indices]
        lattice.read(attributes.indptr, indices, first, passages, self.weights, self.bias, self.moves, shares)
        return np.asarray(1 - shares[:, 0])

    @cached_property
    def _places(self) -> NDArray[np.int32]:
        return _places(self.columns)


def fit_chain(attributes: Attributes, first: Ints, passages: Ints, states: Ints, seed: int) -> Chain:
    """Return the chain fitted on some passages, whose tokens are in the labelled `states`."""
    columns = _chosen(attributes, first, passages)
    indices = _places(columns)[attributes.indices]
    count = int(states.max(initial=1)) + 1
    weights, bias, moves = np.zeros((len(columns), count), np.float32), np.zeros(count), np.zeros((count, count))
    squares = np.zeros((len(columns) + 1 + count, count), np.float32)
    draw = np.random.default_rng(seed)
    for _ in range(EPOCHS):
        order = draw.permutation(passages)
        lattice.learn(attributes.indptr, indices, first, order, states, weights, bias, moves, squares, RATE, PENALTY)
    return Chain(columns, unpacked(*packed(weights)), bias, moves)


def _chosen(attributes: Attributes, first: Ints, passages: Ints) -> NDArray[np.int32]:
    """Return the attributes that enough tokens of some passages have."""
    counts = np.zeros(2**BITS, dtype=np.int64)
    inside = np.zeros(len(attributes.indptr) - 1, dtype=bool)
    for passage in passages:
        inside[first[passage] : first[passage + 1]] = True
    kept = np.repeat(inside, np.diff(attributes.indptr))
    counts += np.bincount(attributes.indices[kept], minlength=2**BITS)
    return np.flatnonzero(counts >= MIN_TOKENS).astype(np.int32)


def _places(columns: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the row of every attribute, -1 where it does not count."""
    places = np.full(2**BITS, -1, dtype=np.int32)
    places[columns] = np.arange(len(columns), dtype=np.int32)
    return places
