"""How well cases that mean the same in two languages are found: posts beside their machine translations.

    python benchmarks/meaning.py [CORPORA]

FIGNEWS 2024 (712 posts on one war, so that all are about nearly the same thing): each Arabic, French, Hebrew and Hindi
post is held against the English machine translations of all of them, as `triage alike find` holds cases: both must be
among the three nearest of the other. Recall: the share of posts for which their own translation is suggested.
Precision: the share of suggestions that are the post's own translation, or one whose English is nearly the same (.90).
Without its translation: the share of posts to which something is suggested although nothing else tells the same.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np

from triage.text.meaning import FLOOR, LANGUAGES, embed

NEAREST = 3
SAME = 0.90
FLOORS = (0.60, 0.65, 0.70, 0.75, 0.80, 0.85)


def main() -> None:
    corpora = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("TRIAGE_CORPORA", "../shared/corpora"))
    lines = (corpora / "fignews2024" / "posts.jsonl").read_text(encoding="utf-8").splitlines()
    posts = [one for one in map(json.loads, lines) if one["lang"] != "en" and one["english_mt"]]
    there, english = embed([one["text"] for one in posts]), embed([one["english_mt"] for one in posts])
    learnt = np.array([one["lang"] in LANGUAGES for one in posts])
    for name, chosen in (("ar, fr (learnt by the model)", learnt), ("he, hi (not learnt, left out)", ~learnt)):
        print(f"{name}: {chosen.sum()} posts")
        for floor in FLOORS:
            recall, precision, alone = figures(there[chosen], english[chosen], floor)
            here = "  <- the floor" if floor == FLOOR else ""
            print(f"  {floor:.2f}  recall {recall:.3f}  precision {precision:.3f}  without it {alone:.3f}{here}")


def figures(there: np.ndarray, english: np.ndarray, floor: float) -> tuple[float, float, float]:
    """Return recall, precision, and the share of posts with a suggestion where their translation is taken away."""
    cosines = there @ english.T
    same = english @ english.T >= SAME
    own = np.eye(len(there), dtype=bool)
    suggested = found(cosines, floor)
    alone = found(np.where(same, -1.0, cosines), floor)
    precision = (suggested & (same | own)).sum() / max(suggested.sum(), 1)
    return (suggested & own).sum() / len(there), precision, alone.any(axis=1).mean()


def found(cosines: np.ndarray, floor: float) -> np.ndarray:
    in_row, in_column = (np.argsort(np.argsort(-cosines, axis), axis) < NEAREST for axis in (1, 0))
    return in_row & in_column & (cosines >= floor)


if __name__ == "__main__":
    main()
