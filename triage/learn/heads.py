"""Log-odds of some markers and how they read: as calibrated probabilities, and from where on as found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.learn.calibrate import Sigmoids, normalised
from triage.learn.linear import Linear

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Scale:
    """How the log-odds of some markers read at one level: as probabilities, and from where on as found."""

    sigmoids: Sigmoids
    thresholds: Floats


@dataclass(frozen=True)
class Head:
    """Some markers with their log-odds; `scale` reads these for the head's own units, `text_scale` for texts."""

    markers: tuple[str, ...]
    linear: Linear
    scale: Scale
    text_scale: Scale | None = None
    exclusive: tuple[tuple[int, ...], ...] = ()

    def probabilities(self, log_odds: Floats, *, of_texts: bool = False) -> Floats:
        """Return calibrated probabilities of passages, or of texts from the maximum over their passages."""
        scale = self.text_scale if of_texts and self.text_scale else self.scale
        values = scale.sigmoids.probabilities(log_odds)
        for family in self.exclusive:
            values[:, family] = normalised(values[:, family])
        return values
