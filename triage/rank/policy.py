"""What a team holds urgent: the weights behind every part of urgency, in one place that people may edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from triage.rank.harm import QUESTIONS

PARTS = ("markers", "harm", "reach", "age", "uncertainty", "report_quality", "upheld")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Weights and scales of urgency. The weights are the most points that a part can give.

    `severity` (0 to 1, default 1) scales a technique's probability. `harm_questions` says how much each question of the
    checklist weighs, `frame_harm` how far a frame alone suggests harm while nobody has answered it.
    `service_level_hours` is the wait at which age gives its full points, `reach_full_at` the number of distinct
    reporters at which reach does. A reporter's past accuracy moves the quality of their reports by `record_share` at
    most; `record_prior` is how many decided cases the desk's mean weighs against it. Reports count as arranged where an
    ordinary case would look so with a probability of `arranged_p` or less; they buy no more than `arranged_share` of
    the case's urgency.
    """

    weights: Mapping[str, float] = field(
        default_factory=lambda: {
            "markers": 40.0,
            "harm": 20.0,
            "reach": 15.0,
            "age": 10.0,
            "uncertainty": 10.0,
            "report_quality": 5.0,
            "upheld": 25.0,
        }
    )
    severity: Mapping[str, float] = field(default_factory=dict)
    frame_harm: Mapping[str, float] = field(
        default_factory=lambda: {
            "frame:Health_and_safety": 0.5,
            "frame:Security_and_defense": 0.4,
            "frame:Crime_and_punishment": 0.3,
        }
    )
    harm_questions: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(QUESTIONS, 1.0))
    service_level_hours: float = 72.0
    reach_full_at: int = 200
    drawn_every: int = 20
    record_share: float = 0.3
    record_prior: float = 5.0
    arranged_p: float = 0.001
    arranged_share: float = 0.1
