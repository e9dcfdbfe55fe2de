"""What a desk's decisions teach: which cases train and which are held out, how much each weighs, and the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.errors import NotEnoughLabels
from triage.learn import gates
from triage.learn.subjects import subject_groups, word_groups
from triage.learn.trust import ENOUGH_MODERATORS, carried_by, label_parts, trusts
from triage.learn.upheld import LEAST_EACH, Seen, UpheldModel, fit, out_of_fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.learn.priority import Pool

    Floats = NDArray[np.floating[Any]]

LEAST_VERDICTS = 100  # new ones, without which moderators are held against each other on all
HELD_OUT = 0.2  # of the decided cases, the newest: no model trains on them while they judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A decided case with its label, 1 upheld or 0 not.

    `by` are the moderators who carry the label, `said` is what every moderator said of the case, overruled or not.
    `at` is when it was first decided. Near-copies share a `group`; `slices` name its language, channels and source.
    """

    case: str
    seen: Seen
    value: int
    by: tuple[str, ...]
    said: Mapping[str, int]
    at: datetime
    group: str
    slices: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A fitted priority model with the lessons it had and those that were held out."""

    model: UpheldModel
    training: tuple[Lesson, ...]
    held: tuple[Lesson, ...]
    seed: int
    trust: Mapping[str, float] = field(default_factory=dict)


def teach(
    lessons: Sequence[Lesson],
    *,
    others_said: Sequence[Mapping[str, int]] = (),
    seen_before: frozenset[str] = frozenset(),
    seed: int = 0,
) -> Taught:
    """Return a priority model learnt from all but the newest lessons, which are held out.

    `others_said` is what moderators said of cases that have no label, for how far they agree; `seen_before` are the
    groups and cases that the active model trained on, which cannot judge it. Raises `NotEnoughLabels` where a class has
    too few.
    """
    training, held = part(lessons, seen_before)
    trust = trusts([*(one.said for one in lessons), *others_said])
    trust = {name: round(share, 6) for name, share in trust.items()}
    parts = label_parts([(one.value, one.by) for one in training], trust)
    training = [replace(one, weight=round(sum(own.values()), 6)) for one, own in zip(training, parts, strict=True)]
    refuse_too_few(training)
    return replace(taught(training, held, _moderators(carried_by(parts), trust), seed), trust=trust)


def taught(training: Sequence[Lesson], held: Sequence[Lesson], moderators: Mapping[str, Any], seed: int) -> Taught:
    """Return the model of lessons whose weights stand already: the same ones give the same model, bit for bit.

    `moderators` is what the card says of them.
    """
    model = fit(
        [one.seen for one in training],
        [one.value for one in training],
        [one.weight for one in training],
        [one.group for one in training],
        seed,
    )
    facts = {**model.manifest, "held_out": len(held), "seed": seed, "moderators": dict(moderators)}
    return Taught(model=replace(model, manifest=facts), training=tuple(training), held=tuple(held), seed=seed)


def part(lessons: Sequence[Lesson], seen_before: frozenset[str]) -> tuple[list[Lesson], list[Lesson]]:
    """Return the lessons to train on and those held out: the newest fifth, by when they were first decided.

    A group stays whole on the side of its oldest case, and what the active model has seen is never held out.
    """
    first: dict[str, tuple[datetime, str]] = {}
    for one in lessons:
        first[one.group] = min(first.get(one.group, (one.at, one.case)), (one.at, one.case))
    order = sorted(first, key=first.__getitem__)
    trained = {one.group for one in lessons if one.case in seen_before} | seen_before
    held_groups = set(order[len(order) - int(len(order) * HELD_OUT) :]) - trained
    ordered = sorted(lessons, key=lambda one: (one.at, one.case))
    return [one for one in ordered if one.group not in held_groups], [
        one for one in ordered if one.group in held_groups
    ]


def refuse_too_few(training: Sequence[Lesson]) -> None:
    """Raise `NotEnoughLabels`, saying how many of each class are missing, where a model cannot be fitted."""
    counts = {value: sum(one.weight > 0 for one in training if one.value == value) for value in (1, 0)}
    missing = {value: LEAST_EACH - count for value, count in counts.items() if count < LEAST_EACH}
    if not missing:
        return
    everyone = {name for one in training for name in one.by}
    if len(everyone) >= ENOUGH_MODERATORS and not any(one.weight for one in training):
        raise NotEnoughLabels(
            f"second reviews bear out fewer than four of {len(everyone)} moderators, and none may carry more than a "
            "quarter of the weight; draw more for a second look with: triage review"
        )
    said = {1: "upheld", 0: "not upheld"}
    raise NotEnoughLabels(
        f"{counts[1]} upheld and {counts[0]} other cases can be learnt from; of each {LEAST_EACH} are needed: "
        + " and ".join(f"{count} {said[value]}" for value, count in missing.items())
        + " missing (the newest fifth is held out)"
    )


def judge(candidate: Taught, active: UpheldModel | None, seen_before: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return how a candidate stands beside the active model: `compare` and `uneven` of the gates, over every slice.

    Moderators are held against each other on what was decided since the active model learnt, which `seen_before` tells;
    on everything where that is little.
    """
    everyone = [*candidate.training, *candidate.held]
    count = len(candidate.training)
    rows = candidate.model.recipe.rows([one.seen for one in everyone])
    masks = _slices(everyone, rows, candidate.seed)
    report: dict[str, Any] = {"held_out": len(candidate.held), "slices": {}, "worse": [], "too_few": False}
    held = candidate.model.weighed(rows.chosen(np.arange(count, len(everyone))))
    if active is not None:
        upheld = np.array([one.value == 1 for one in candidate.held], dtype=bool)
        report["too_few"] = min(int(upheld.sum()), int((~upheld).sum())) < gates.LEAST
        if not report["too_few"]:
            before = active.log_odds([one.seen for one in candidate.held])
            sides = gates.Held(upheld, before, held, [one.group for one in candidate.held])
            report |= gates.compare(sides, {name: mask[count:] for name, mask in masks.items()}, candidate.seed)
    report["uneven"] = _uneven(candidate, rows, held, masks, seen_before)
    return report


def _uneven(
    candidate: Taught, rows: Pool, held: Floats, masks: Mapping[str, NDArray[np.bool_]], seen_before: frozenset[str]
) -> list[dict[str, Any]]:
    training = candidate.training
    others = out_of_fold(
        rows.chosen(np.arange(len(training))),
        np.array([one.value == 1 for one in training], dtype=bool),
        np.array([one.weight for one in training], dtype=np.float32),
        [one.group for one in training],
        candidate.seed,
    )
    said = [
        (at, name, value, one.case in seen_before or one.group in seen_before)
        for at, one in enumerate([*training, *candidate.held])
        for name, value in sorted(one.said.items())
    ]
    new = [row for row in said if not row[3]]
    heard = new if len(new) >= LEAST_VERDICTS else said
    at = np.array([row[0] for row in heard], dtype=np.intp)
    verdicts = gates.Verdicts(
        [row[1] for row in heard],
        np.array([row[2] == 1 for row in heard], dtype=bool),
        np.concatenate([others, held])[at],
    )
    return gates.uneven(verdicts, {name: mask[at] for name, mask in masks.items()}, candidate.seed)


def _slices(lessons: Sequence[Lesson], rows: Pool, seed: int) -> dict[str, NDArray[np.bool_]]:
    """Return a mask over lessons for every language, channel, source, frame and subject group."""
    names = sorted({name for one in lessons for name in one.slices})
    masks = {name: np.array([name in one.slices for one in lessons], dtype=bool) for name in names}
    langs = [one.seen.lang for one in lessons]
    groups = subject_groups(rows.ngrams, langs, seed) | word_groups([one.seen.text for one in lessons], langs)
    return masks | {f"subject {name}": mask for name, mask in groups.items()}


def _moderators(carried: Mapping[str, float], trust: Mapping[str, float]) -> dict[str, Any]:
    """Return what the card says of the moderators: how many, the largest share of weight; nobody is named."""
    whole = sum(carried.values())
    return {
        "count": len(carried),
        "largest_share": round(max(carried.values()) / whole, 4) if whole else None,
        "least_trust": round(min((trust[name] for name in carried), default=0.0), 3),
    }
