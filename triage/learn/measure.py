"""Everything that is said of one level: figures, trivial baselines beside them, and intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage.learn.baselines import baselines
from triage.learn.figures import Judged, report
from triage.learn.intervals import bootstrap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.learn.prepare import Prepared


def measured(prepared: Prepared, articles: NDArray[Any], judged: Judged, seed: int) -> dict[str, Any]:
    """Return the figures of the units of some articles at one level, in the shape that `--json` prints."""
    part = prepared.wholes if judged.level == "article" else prepared.passages
    trivial = baselines(judged, part.table.dense[part.rows(articles)], prepared.targets.taxonomy, seed)
    return report(judged, trivial, bootstrap(judged, seed))
