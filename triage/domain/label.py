"""The one rule that turns decisions into a training label, and into what moderators say of markers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from triage.domain.case import Decision, Review, Verdict

_TARGET = {Verdict.DISINFORMATION: 1, Verdict.NOT_DISINFORMATION: 0}
_FINAL = frozenset({Review.ADJUDICATION, Review.APPEAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The training label of one case, 1 upheld or 0 not, with the decisions that carry it.

    `at` is when the first decision of the case was made: a label that is put right later does not make the case newer.
    """

    value: int
    at: datetime
    carried_by: tuple[Decision, ...]


def derive(decisions: Iterable[Decision]) -> int | None:
    """Return the training label of one case, 1 upheld or 0 not, or None if it must not train.

    The newest adjudication (or appeal) wins; else the moderators' newest decisions, where they agree. *Cannot tell* and
    *out of scope* give no label: silence is not a negative example. A superseded or withdrawn decision says nothing.
    """
    label = label_of(decisions)
    return label.value if label else None


def label_of(decisions: Iterable[Decision]) -> Label | None:
    """Return what `derive` does, with the decisions that carry the label."""
    made = sorted(decisions, key=lambda one: one.decided_at)
    carrying = _carrying(_standing(made))
    verdicts = {one.verdict for one in carrying}
    value = _TARGET.get(verdicts.pop()) if len(verdicts) == 1 else None
    return None if value is None else Label(value=value, at=made[0].decided_at, carried_by=tuple(carrying))


def said_by(decisions: Iterable[Decision]) -> dict[str, int]:
    """Return what each moderator's newest standing decision says of a case, 1 or 0; what gives no label is left out.

    Here everyone counts, whoever was overruled: it is how far moderators agree, not what a model learns.
    """
    newest = _newest(_standing(sorted(decisions, key=lambda one: one.decided_at)))
    return {one.moderator: _TARGET[one.verdict] for one in newest if one.verdict in _TARGET}


def markers_of(decisions: Iterable[Decision]) -> dict[str, int]:
    """Return the markers that moderators confirmed (1) or struck (0) in a case, by the same rule as its label.

    A marker on which they differ, or of which nobody spoke, is not in it: it is missing, not negative.
    """
    carrying = _carrying(_standing(sorted(decisions, key=lambda one: one.decided_at)))
    said: dict[str, set[int]] = {}
    for one in carrying:
        for value, markers in ((1, one.confirmed), (0, one.struck)):
            for marker in markers:
                said.setdefault(marker, set()).add(value)
    return {marker: values.pop() for marker, values in sorted(said.items()) if len(values) == 1}


def _standing(made: list[Decision]) -> list[Decision]:
    superseded = {one.supersedes for one in made if one.supersedes}
    return [one for one in made if one.id not in superseded and not one.withdrawn]


def _carrying(standing: list[Decision]) -> list[Decision]:
    """Return the newest final decision alone, else the newest of each moderator."""
    final = [one for one in standing if one.review in _FINAL]
    return final[-1:] or _newest(standing)


def _newest(standing: list[Decision]) -> list[Decision]:
    return list({one.moderator: one for one in standing}.values())
