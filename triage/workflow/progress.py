"""Progress of a desk: how sure it is that enough was seen, and how far its moderators agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.label import derive
from triage.errors import NotEnoughLabels
from triage.rank.agreement import alpha, same_as_others, share_with_others
from triage.rank.drift import Change, change_of_shares
from triage.rank.stopping import Stopping, stopping
from triage.store import decisions, queue

if TYPE_CHECKING:
    from triage.domain.case import Decision
    from triage.workflow.database import Desk


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far moderators agree: alpha over all cases that two or more judged, and each one's share with the others.

    `drift` has, for who shared cases in both, how the share of cases in which half of the others said the same has
    changed from the older half of the shared cases to the newer one.
    """

    cases: int
    alpha: float | None
    moderators: dict[str, tuple[int, float]]
    drift: dict[str, Change]


def desk_stopping(desk: Desk, *, recall: float, confidence: float) -> Stopping:
    """Return whether the open cases may be left, from the decisions so far in the order of the first ones.

    A case is upheld by the rule that derives labels; what gave no label counts as seen and not upheld. Raises
    `NotEnoughLabels` where nothing is upheld yet.
    """
    with desk.reading() as connection:
        judged = by_case(decisions.all_made(connection))
        waiting = queue.open_cases(connection)
    labels = [derive(made) or 0 for made in judged.values()]
    if not any(labels):
        raise NotEnoughLabels(f"none of {len(labels)} decided cases is upheld; the test needs 1 at the least")
    return stopping(labels, len(labels) + waiting, recall=recall, confidence=confidence)


def desk_agreement(desk: Desk) -> Agreement:
    """Return how far the moderators of a desk agree in their standing verdicts.

    Raises `NotEnoughLabels` where no case was judged by two.
    """
    with desk.reading() as connection:
        judged = by_case(decisions.all_made(connection))
    shared = [made for made in judged.values() if len(standing_verdicts(made)) > 1]
    said = [standing_verdicts(made) for made in sorted(shared, key=lambda made: max(one.decided_at for one in made))]
    if not said:
        raise NotEnoughLabels("no case was judged by two moderators; draw some for a second look with: triage review")
    half = len(said) // 2
    older, newer = same_as_others(said[:half]), same_as_others(said[half:])
    drift = {name: change_of_shares(older[name], newer[name]) for name in newer if name in older}
    return Agreement(cases=len(said), alpha=alpha(said), moderators=share_with_others(said), drift=drift)


def by_case(made: Iterable[Decision]) -> dict[str, list[Decision]]:
    """Return the decisions of each case, withdrawn ones left out, in the order of the cases' first ones."""
    cases: dict[str, list[Decision]] = {}
    for one in made:
        if not one.withdrawn:
            cases.setdefault(one.case, []).append(one)
    return cases


def standing_verdicts(made: Iterable[Decision]) -> dict[str, str]:
    """Return the newest verdict of each moderator."""
    return {one.moderator: one.verdict.value for one in sorted(made, key=lambda one: one.decided_at)}
