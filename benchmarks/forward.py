"""The priority model forward in time: `python benchmarks/forward.py`, on CED from /corpora/ (TRIAGE_CORPORA).

Learns from the first 80 % of the posts by time and judges the rest: from the text alone, with the numbers that stand
beside a post (reposts, comments, likes, pictures, a link), and with its time, too. Printed are the accuracy of
"probability over one half", the AUC, and the share of the commoner class. The share of rumours moves from 41 % to 74 %
between both parts, so that the time of a post alone says much.
"""

from __future__ import annotations

from math import log1p
from typing import Any

import numpy as np
from ranking import _rows as rows_of
from sklearn.metrics import roc_auc_score

from triage.learn.upheld import Seen, fit

FIRST = 0.8


def numbers(post: dict[str, Any]) -> dict[str, float]:
    counts = {name: log1p(post[name]) for name in ("reposts", "comments", "likes")}
    return {**counts, "pics": float(bool(post["pics"])), "has_url": float(bool(post["has_url"]))}


def main() -> None:
    posts = sorted(rows_of("ced_weibo/posts.jsonl.gz"), key=lambda post: (post["time"], post["id"]))
    labels = np.array([post["label"] == "rumor" for post in posts])
    known = int(FIRST * len(posts))
    later = labels[known:]
    print(
        f"{known} posts to learn from, {len(later)} to judge; commoner class {max(later.mean(), 1 - later.mean()):.3f}"
    )
    for name, facts in {
        "text": lambda _: {},
        "text, numbers": numbers,
        "text, numbers, time": lambda post: {**numbers(post), "days": post["time"] / 86400},
    }.items():
        cases = [Seen(text=post["text"], lang="zh", facts=facts(post)) for post in posts]
        groups = [str(at) for at in range(known)]
        model = fit(cases[:known], labels[:known].astype(int).tolist(), [1.0] * known, groups, seed=0)
        said = model.probabilities(cases[known:])
        right = np.mean((said > 0.5) == later)
        print(f"{name:20} accuracy {right:.3f}  AUC {roc_auc_score(later, said):.3f}", flush=True)


if __name__ == "__main__":
    main()
