"""Drift: whether what comes in, and what moderators say of it, has moved away from what the active model learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.corpora.read import read_articles
from triage.domain.label import markers_of
from triage.errors import NotEnoughLabels
from triage.learn.artefact import read_manifest
from triage.rank.agreement import alpha
from triage.rank.drift import Change, Shift, change_of_means, change_of_shares, psi
from triage.shipped import located
from triage.store import decisions
from triage.store.promotions import Promotions
from triage.store.scored import Scored, received
from triage.text.vocabulary import share_unknown, words
from triage.workflow.progress import by_case, standing_verdicts

if TYPE_CHECKING:
    from triage.domain.case import Decision
    from triage.workflow.database import Desk

LEAST_TEXTS = 50
"""How many scored texts each side needs before anything is said of them."""

LEAST_SAID = 20
_MOST_TEXTS = 2_000
_CLEAR = 0.05  # a change of five points, and
_SURE = 0.01  # one that chance alone gives once in a hundred


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What has moved since the reference, and why retraining is due; nothing in `due`: it is not.

    The reference are texts received before the model was promoted (`before_promotion`) or, where those are too few,
    before the recent period. `scores` has the shift of each marker; `new_words` the share of a text's words that the
    model's training texts (`known_words` of them) do not have; `unreliable` the share of texts whose score is not to be
    relied on; `struck` the share of markers that moderators struck; `agreement` Krippendorff's alpha before and since.
    None stands where there is too little to tell.
    """

    model: str
    since: datetime
    reference: int
    recent: int
    before_promotion: bool
    scores: Mapping[str, Shift] = field(default_factory=dict)
    known_words: int = 0
    new_words: Change | None = None
    unreliable: Change | None = None
    struck: Change | None = None
    agreement: Mapping[str, float | None] = field(default_factory=dict)
    due: tuple[str, ...] = ()


def drift(desk: Desk, folder: Path, *, days: float, now: datetime) -> Drift:
    """Return how far the last `days` have moved from what the stored model in `folder` was met with before.

    Words count as known that stand in those of its corpora that can still be read; without any, the older half of the
    reference stands in for them. Raises `NotEnoughLabels` where the desk holds no score of this model.
    """
    manifest = read_manifest(folder)
    model = manifest["id"]
    paths = [located(corpus["path"]) for corpus in manifest["corpora"]]
    since = now - timedelta(days=days)
    with desk.reading() as connection:
        promoted = next((one.at for one in reversed(Promotions(connection).history()) if one.model == model), None)
        before = min(promoted, since) if promoted else since
        reference = received(connection, model, since=None, before=before, limit=_MOST_TEXTS)
        is_before = promoted is not None and len(reference) >= LEAST_TEXTS
        if not is_before:
            reference = received(connection, model, since=None, before=since, limit=_MOST_TEXTS)
        recent = received(connection, model, since=since, before=now, limit=_MOST_TEXTS)
        judged = by_case(decisions.all_made(connection))
    if not reference and not recent:
        raise NotEnoughLabels(
            f"{desk.place} holds no score of {model}, so nothing can drift; see: triage queue refresh"
        )
    found: dict[str, Any] = {}
    if min(len(reference), len(recent)) >= LEAST_TEXTS:
        found = _texts(reference, recent, [path for path in paths if path.is_file()])
    made = Drift(
        model=model,
        since=since,
        reference=len(reference),
        recent=len(recent),
        before_promotion=is_before,
        struck=_struck(judged, since),
        agreement=_agreement(judged, since),
        **found,
    )
    return _with_reasons(made)


def _texts(reference: Sequence[Scored], recent: Sequence[Scored], training: Sequence[Path]) -> dict[str, Any]:
    reliable = [[one.markers for one in side if one.is_reliable] for side in (reference, recent)]
    scores = {}
    if min(map(len, reliable)) >= LEAST_TEXTS:
        shared = sorted(set.intersection(*(set(one) for side in reliable for one in side)))
        scores = {
            marker: psi(*([one[marker] for one in side] for side in reliable), tests=len(shared)) for marker in shared
        }
    known = _words_of(training)
    held = reference
    if not known:
        half = len(reference) // 2
        known = set().union(*(words(one.text or one.title) for one in reference[half:]))
        held = reference[:half]
    shares = [[share_unknown(one.text or one.title, known) for one in side] for side in (held, recent)]
    told = [[share for share in side if share is not None] for side in shares]
    counts = [(sum(not one.is_reliable for one in side), len(side)) for side in (reference, recent)]
    return {
        "scores": scores,
        "known_words": len(known),
        "new_words": change_of_means(*told) if all(told) else None,
        "unreliable": change_of_shares(*counts),
    }


def _words_of(training: Sequence[Path]) -> set[str]:
    return set().union(*(words(article.text) for article in read_articles(training)))


def _struck(judged: Mapping[str, Sequence[Decision]], since: datetime) -> Change | None:
    """Return how the share of the markers that moderators struck has changed, of all that they spoke of."""
    sides = [[0, 0], [0, 0]]
    for made in judged.values():
        side = sides[made[-1].decided_at >= since]
        said = markers_of(made)
        side[0] += sum(value == 0 for value in said.values())
        side[1] += len(said)
    if min(sides[0][1], sides[1][1]) < LEAST_SAID:
        return None
    return change_of_shares((sides[0][0], sides[0][1]), (sides[1][0], sides[1][1]))


def _agreement(judged: Mapping[str, Sequence[Decision]], since: datetime) -> dict[str, float | None]:
    sides: dict[str, list[dict[str, str]]] = {"before": [], "since": []}
    for made in judged.values():
        verdicts = standing_verdicts(made)
        if len(verdicts) > 1:
            sides["since" if made[-1].decided_at >= since else "before"].append(verdicts)
    return {name: alpha(said) if len(said) >= LEAST_SAID else None for name, said in sides.items()}


def _with_reasons(found: Drift) -> Drift:
    due = []
    large = {marker: shift.psi for marker, shift in found.scores.items() if shift.is_large}
    if large:
        worst = max(large, key=lambda marker: large[marker])
        count = f"{len(large)} of {len(found.scores)} markers"
        due.append(f"the scores of {count} have shifted, most {worst} (PSI {large[worst]:.2f})")
    for change, what in (
        (found.new_words, "more words are new to the model"),
        (found.unreliable, "more texts cannot be scored reliably (language or length)"),
        (found.struck, "moderators strike more of the markers found"),
    ):
        if change and change.since - change.before >= _CLEAR and change.p <= _SURE:
            due.append(f"{what}: {change.since:.0%}, before {change.before:.0%}")
    return replace(found, due=tuple(due))
