"""What a team holds urgent: the weights behind every part of urgency, in one place that people may edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PARTS = ("markers", "harm", "reach", "age", "uncertainty", "report_quality")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Weights and scales of urgency. The weights are the most points that a part can give.

    `severity` (0 to 1, default 1) scales a technique's probability. `frame_harm` is how far a frame alone suggests harm
    while nobody has filled in the checklist. `service_level_hours` is the wait at which age gives its full points,
    `reach_full_at` the number of distinct reporters at which reach does.
    """

    weights: Mapping[str, float] = field(
        default_factory=lambda: {
            "markers": 40.0,
            "harm": 20.0,
            "reach": 15.0,
            "age": 10.0,
            "uncertainty": 10.0,
            "report_quality": 5.0,
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
    service_level_hours: float = 72.0
    reach_full_at: int = 200
    drawn_every: int = 20
