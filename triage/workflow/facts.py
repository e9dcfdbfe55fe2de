"""The facts that ranking may know of cases: what the store holds, signs of arranged reports, reporters' records."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from triage.domain.label import derive
from triage.rank.brigading import LEAST_REPORTS, Arrival, Usual, arranged, without
from triage.rank.record import Record, with_record
from triage.store import arrivals, cases, decisions

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from triage.domain.case import CaseFacts
    from triage.rank.policy import Policy
    from triage.store.arrivals import Arrived

_USUAL_CASES = 2_000
_MEAN_OVER_DECISIONS = 2_000
_NONE = Record(0, 0)


class CaseReader:
    """Reads the facts of cases in one run of ranking; what it learns of the desk and its reporters it looks up once."""

    def __init__(self, policy: Policy, model: str | None) -> None:
        self._policy = policy
        self._model = model
        self._usual: Usual | None = None
        self._mean: float | None = None
        self._records: dict[str, Record] = {}

    def facts(self, connection: Connection, ids: Sequence[int]) -> list[CaseFacts]:
        """Return what ranking may know about each of these cases."""
        known = cases.facts(connection, ids, self._model)
        qualities = self._qualities(connection, ids)
        many = [int(one.id) for one in known if one.reports >= LEAST_REPORTS]
        arrived = arrivals.of_cases(connection, many) if many else {}
        return [
            self._with_signs(connection, _with_quality(one, qualities[int(one.id)]), arrived.get(int(one.id)))
            for one in known
        ]

    def _with_signs(self, connection: Connection, facts: CaseFacts, arrived: Sequence[Arrived] | None) -> CaseFacts:
        if not arrived:
            return facts
        if self._usual is None:
            newest = arrivals.of_cases(connection, arrivals.newest_cases(connection, _USUAL_CASES))
            self._usual = Usual((str(of), self._arrivals(connection, came)) for of, came in newest.items())
        return with_signs(facts, self._arrivals(connection, arrived), self._usual, self._policy)

    def _arrivals(self, connection: Connection, arrived: Sequence[Arrived]) -> list[Arrival]:
        numbers = {one.number for one in arrived}
        return [
            Arrival(
                at=one.at,
                reporter=one.reporter,
                is_new=one.first_of_reporter in numbers,
                claim=one.claim,
                quality=self._moved(connection, one.reporter, one.quality),
            )
            for one in arrived
        ]

    def _qualities(self, connection: Connection, ids: Collection[int]) -> dict[int, list[tuple[float, float]]]:
        """Return for each case what its reporters' best reports are worth, without and with their records."""
        best = list(arrivals.best_quality(connection, ids))
        self._look_up(connection, {reporter for _, reporter, _ in best if reporter})
        found: dict[int, list[tuple[float, float]]] = {}
        for of, reporter, quality in best:
            found.setdefault(of, []).append((quality, self._moved(connection, reporter, quality)))
        return found

    def _moved(self, connection: Connection, reporter: str | None, quality: float) -> float:
        record = self._records.get(reporter, _NONE) if reporter else _NONE
        if not record.decided:
            return quality
        if self._mean is None:
            self._mean = _mean(_labels(connection, arrivals.last_judged(connection, _MEAN_OVER_DECISIONS)).values())
        prior, share = self._policy.record_prior, self._policy.record_share
        return with_record(quality, record, self._mean, prior=prior, share=share)

    def _look_up(self, connection: Connection, reporters: Collection[str]) -> None:
        self._records.update(records(connection, {one for one in reporters if one not in self._records}))


def records(connection: Connection, reporters: Collection[str]) -> dict[str, Record]:
    """Return what became of the decided cases that each of these reporters reported on."""
    judged = arrivals.judged_cases(connection, reporters)
    labels = _labels(connection, {of for of_reporter in judged.values() for of in of_reporter})
    found = {}
    for reporter in reporters:
        told = [labels[of] for of in judged.get(reporter, ()) if of in labels]
        found[reporter] = Record(len(told), sum(told))
    return found


def with_signs(facts: CaseFacts, came: Sequence[Arrival], usual: Usual, policy: Policy) -> CaseFacts:
    """Return the facts of a case with the signs that its reports were arranged, and what it has without those."""
    found = arranged(facts.id, came, usual, policy.arranged_p)
    if not found.signs:
        return facts
    reporters, quality = without(came, found.reports)
    return replace(
        facts,
        signs=found.signs,
        arranged=len(found.reports),
        unarranged_reporters=reporters,
        unarranged_quality=min(quality, facts.report_quality),
    )


def _with_quality(facts: CaseFacts, best: Sequence[tuple[float, float]]) -> CaseFacts:
    """Return facts in which the reporters' records count, given (quality, with the record) of their best reports."""
    plain, moved = max(one for one, _ in best), max(one for _, one in best)
    return facts if moved == plain else replace(facts, report_quality=moved, record=moved - plain)


def _labels(connection: Connection, judged: Collection[int]) -> Mapping[int, int]:
    """Return the labels of those cases whose decisions give one."""
    labels = {of: derive(made) for of, made in decisions.of_cases(connection, judged).items()}
    return {of: label for of, label in labels.items() if label is not None}


def _mean(labels: Collection[int]) -> float:
    return sum(labels) / len(labels) if labels else 0.5
