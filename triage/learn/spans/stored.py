"""The span part of a model as arrays and plain facts, and back; weights are a byte each, as those of the heads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from triage.learn.linear import Linear, packed, unpacked
from triage.learn.spans.attributes import BITS
from triage.learn.spans.chain import Chain
from triage.learn.spans.facts import FACTS
from triage.learn.spans.marking import Marking
from triage.learn.spans.softmax import Softmax
from triage.learn.spans.tagger import Tagger
from triage.learn.spans.technique import Technique

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[Any]]

RECIPE = {"attributes": BITS, "facts": list(FACTS)}
_LINEAR = ("columns", "idf", "mean", "scale", "intercept")


def arrays_of(marking: Marking) -> Arrays:
    """Return the arrays of a marking by name."""
    arrays: Arrays = {}
    if marking.tagger:
        chain = marking.tagger.chain
        counts, steps = packed(chain.weights)
        arrays |= {"tagger.columns": chain.columns, "tagger.weights": counts, "tagger.steps": steps}
        arrays |= {"tagger.bias": chain.bias, "tagger.moves": chain.moves}
    if marking.technique:
        words, whole = marking.technique.words, marking.technique.whole
        counts, steps = packed(words.weights)
        arrays |= {f"technique.{name}": getattr(words, name) for name in _LINEAR}
        arrays |= {"technique.weights": counts, "technique.steps": steps}
        arrays |= {f"technique.whole.{name}": getattr(whole, name) for name in ("mean", "scale", "weights")}
    return arrays


def facts_of(marking: Marking) -> dict[str, Any]:
    """Return what else makes up a marking, as a manifest says it."""
    described: dict[str, Any] = {"recipe": RECIPE}
    if marking.tagger:
        described["tagger"] = {"threshold": marking.tagger.threshold, "gap": marking.tagger.gap}
    if marking.technique:
        described["technique"] = {"markers": list(marking.technique.markers)}
    return described


def marking_of(described: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Marking:
    """Return the marking that `facts_of` and `arrays_of` have told."""
    tagger, technique = None, None
    if own := described.get("tagger"):
        weights = unpacked(arrays["tagger.weights"], arrays["tagger.steps"])
        chain = Chain(arrays["tagger.columns"], weights, arrays["tagger.bias"], arrays["tagger.moves"])
        tagger = Tagger(chain, float(own["threshold"]), int(own["gap"]))
    if own := described.get("technique"):
        weights = unpacked(arrays["technique.weights"], arrays["technique.steps"])
        technique = Technique(
            markers=tuple(own["markers"]),
            words=Linear(weights=weights, **{name: arrays[f"technique.{name}"] for name in _LINEAR}),
            whole=Softmax(*(arrays[f"technique.whole.{name}"] for name in ("mean", "scale", "weights"))),
        )
    return Marking(tagger, technique)
