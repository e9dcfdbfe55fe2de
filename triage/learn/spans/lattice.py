"""The chain's arithmetic, compiled: a linear-chain conditional random field over rows of binary attributes.

Lafferty, McCallum and Pereira 2001, with the forward and backward sums scaled token by token. Learning goes passage by
passage down the gradient, each weight by its own rate (AdaGrad, Duchi et al. 2011).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from triage.learn.ngrams.compiled import entry, part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.integer[Any]]

_SURE = 1e-3  # a token whose states are this near to the labelled ones teaches nothing more


@entry
def learn(
    indptr: Ints,
    indices: Ints,
    first: Ints,
    order: Ints,
    states: Ints,
    weights: Floats,
    bias: Floats,
    moves: Floats,
    squares: Floats,
    rate: float,
    penalty: float,
) -> None:
    """Go once through the passages in `order`, changing the model in place.

    Tokens `first[p]` to `first[p + 1]` are passage p; `states` are the labelled ones. The model is `weights`
    (attributes × states), `bias` and `moves` (from state, to state). `squares` holds the sums of squared gradients of
    weights, then of bias and moves in its last rows.
    """
    count = weights.shape[1]
    base = len(weights)
    for turn in range(len(order)):
        begin, end = first[order[turn]], first[order[turn] + 1]
        size = end - begin
        emitted = np.empty((size, count))
        forward = np.empty((size, count))
        backward = np.empty((size, count))
        scale = np.empty(size)
        _emit(indptr, indices, begin, end, weights, bias, emitted)
        likely = np.exp(moves)
        _sum(emitted, likely, forward, backward, scale)
        for here in range(count):
            for there in range(count):
                slope = 0.0
                for at in range(1, size):
                    slope += (
                        forward[at - 1, here]
                        * likely[here, there]
                        * emitted[at, there]
                        * backward[at, there]
                        / scale[at]
                    )
                    if states[begin + at - 1] == here and states[begin + at] == there:
                        slope -= 1
                squares[base + 1 + here, there] += slope * slope
                moves[here, there] -= rate * slope / np.sqrt(squares[base + 1 + here, there] + 1)
        for at in range(size):
            _share(forward[at], backward[at])
            forward[at, states[begin + at]] -= 1
            if np.abs(forward[at]).max() < _SURE:
                continue
            for state in range(count):
                slope = forward[at, state]
                squares[base, state] += slope * slope
                bias[state] -= rate * slope / np.sqrt(squares[base, state] + 1)
            for place in range(indptr[begin + at], indptr[begin + at + 1]):
                row = indices[place]
                if row < 0:
                    continue
                for state in range(count):
                    slope = forward[at, state] + penalty * weights[row, state]
                    squares[row, state] += slope * slope
                    weights[row, state] -= rate * slope / np.sqrt(squares[row, state] + 1)


@entry
def read(
    indptr: Ints,
    indices: Ints,
    first: Ints,
    passages: Ints,
    weights: Floats,
    bias: Floats,
    moves: Floats,
    shares: Floats,
) -> None:
    """Write into `shares` (tokens × states) the probability of each state at each token of some passages."""
    count = weights.shape[1]
    likely = np.exp(moves)
    for passage in passages:
        begin, end = first[passage], first[passage + 1]
        emitted = np.empty((end - begin, count))
        backward = np.empty((end - begin, count))
        scale = np.empty(end - begin)
        _emit(indptr, indices, begin, end, weights, bias, emitted)
        _sum(emitted, likely, shares[begin:end], backward, scale)
        for at in range(end - begin):
            _share(shares[begin + at], backward[at])


@part
def _emit(indptr: Ints, indices: Ints, begin: int, end: int, weights: Floats, bias: Floats, emitted: Floats) -> None:
    """Write the potential of each state at each token, the greatest of a token being 1."""
    count = weights.shape[1]
    for at in range(begin, end):
        row = emitted[at - begin]
        row[:] = 0.0
        for place in range(indptr[at], indptr[at + 1]):
            attribute = indices[place]
            if attribute < 0:
                continue
            for state in range(count):
                row[state] += weights[attribute, state]
        for state in range(count):
            row[state] += bias[state]
        row[:] = np.exp(row - row.max())


@part
def _sum(emitted: Floats, likely: Floats, forward: Floats, backward: Floats, scale: Floats) -> None:
    """Write the forward and backward sums over all paths, scaled so that each forward row sums to 1."""
    size, count = emitted.shape
    for at in range(size):
        total = 0.0
        for state in range(count):
            arrived = 1.0
            if at:
                arrived = 0.0
                for before in range(count):
                    arrived += forward[at - 1, before] * likely[before, state]
            forward[at, state] = arrived * emitted[at, state]
            total += forward[at, state]
        for state in range(count):
            forward[at, state] /= total
        scale[at] = total
    for state in range(count):
        backward[size - 1, state] = 1.0
    for at in range(size - 2, -1, -1):
        for state in range(count):
            total = 0.0
            for after in range(count):
                total += likely[state, after] * emitted[at + 1, after] * backward[at + 1, after]
            backward[at, state] = total / scale[at + 1]


@part
def _share(forward: Floats, backward: Floats) -> None:
    """Turn the forward sums of one token into the probabilities of its states."""
    total = 0.0
    for state in range(len(forward)):
        forward[state] *= backward[state]
        total += forward[state]
    for state in range(len(forward)):
        forward[state] /= total
