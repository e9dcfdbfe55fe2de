"""The one rule that turns decisions into a training label."""

from __future__ import annotations

from collections.abc import Iterable

from triage.domain.case import Decision, Review, Verdict

_TARGET = {Verdict.DISINFORMATION: 1, Verdict.NOT_DISINFORMATION: 0}


def derive(decisions: Iterable[Decision]) -> int | None:
    """Return the training label of one case, 1 upheld or 0 not, or None if it must not train.

    The newest adjudication (or appeal) wins; else the moderators' newest decisions, where they agree. *Cannot tell* and
    *out of scope* give no label: silence is not a negative example. A superseded or withdrawn decision says nothing.
    """
    all_made = sorted(decisions, key=lambda made: made.decided_at)
    superseded = {made.supersedes for made in all_made if made.supersedes}
    standing = [made for made in all_made if made.id not in superseded and not made.withdrawn]
    final = [made for made in standing if made.review in {Review.ADJUDICATION, Review.APPEAL}]
    if final:
        return _TARGET.get(final[-1].verdict)
    newest = {made.moderator: made.verdict for made in standing}
    verdicts = set(newest.values())
    return _TARGET.get(verdicts.pop()) if len(verdicts) == 1 else None
