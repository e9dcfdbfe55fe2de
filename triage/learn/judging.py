"""What a model says of labelled articles, beside what the annotators said: one table a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.learn.figures import Judged
from triage.learn.folds import whole_groups
from triage.learn.heads import Head
from triage.learn.prepare import Part, Prepared
from triage.learn.thresholds import found

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[Any]

LEVELS = ("article", "passage")
SPAN = "span"  # judged apart: what is found there are places, not markers of given units


@dataclass(frozen=True)
class Said:
    """What one head says of some rows at one level: its markers, their probabilities, and which are found."""

    markers: Sequence[str]
    probabilities: Floats
    found: NDArray[np.bool_]


def said_by(heads: Mapping[str, Head], prepared: Prepared, articles: Ints) -> dict[str, list[Said]]:
    """Return what fitted heads say of some articles, by level."""
    said: dict[str, list[Said]] = {level: [] for level in LEVELS}
    if passage := heads.get("passage"):
        units = prepared.passages.table.rows(prepared.passages.rows(articles))
        said["passage"].append(read_units(passage, passage.linear.log_odds(units)))
        rows = prepared.pieces.rows(articles)
        pieces = passage.linear.log_odds(prepared.pieces.table.rows(rows))
        said["article"].append(read_texts(passage, highest(pieces, prepared.pieces.article[rows])))
    if article := heads.get("article"):
        said["article"].append(read_units(article, article.linear.log_odds(prepared.wholes.table.rows(articles))))
    return said


def read_units(head: Head, log_odds: Floats) -> Said:
    """Return log-odds of a head's own units as probabilities and found markers."""
    probabilities = head.probabilities(log_odds)
    return Said(head.markers, probabilities, found(probabilities, head.scale.thresholds, head.exclusive))


def read_texts(head: Head, log_odds: Floats) -> Said:
    """Return the highest log-odds of each text's pieces as probabilities and found markers of the text."""
    scale = head.text_scale or head.scale
    probabilities = head.probabilities(log_odds, of_texts=True)
    return Said(head.markers, probabilities, found(probabilities, scale.thresholds, head.exclusive))


def highest(log_odds: Floats, article: Ints) -> Floats:
    """Return the maximum over the rows of each article; rows of an article stand together."""
    starts = np.flatnonzero(np.concatenate([[True], article[1:] != article[:-1]]))
    return np.asarray(np.maximum.reduceat(log_odds, starts))


def judge(prepared: Prepared, articles: Ints, level: str, said: Sequence[Said]) -> Judged:
    """Return the units of some articles at a level under what was said of them.

    The columns are the markers that the annotators looked for at this level. One of which nothing was said counts as
    never found. Among articles, a marker that is only gathered from passages is counted where there is no other.
    """
    part = prepared.wholes if level == "article" else prepared.passages
    rows = part.rows(articles)
    labels = part.labels[rows]
    targets = prepared.targets
    columns = [at for at in range(labels.shape[1]) if not np.isnan(labels[:, at]).all()]
    if level == "passage":
        columns = [at for at in columns if targets.markers[at] in targets.passage_markers]
    markers = [targets.markers[at] for at in columns]
    probabilities, hits = np.zeros((len(rows), len(markers))), np.zeros((len(rows), len(markers)), dtype=bool)
    for part_said in said:
        place = {marker: at for at, marker in enumerate(part_said.markers)}
        both = [(at, place[marker]) for at, marker in enumerate(markers) if marker in place]
        mine, theirs = [at for at, _ in both], [at for _, at in both]
        probabilities[:, mine], hits[:, mine] = part_said.probabilities[:, theirs], part_said.found[:, theirs]
    whole = np.array(whole_groups(prepared.articles), dtype=str)
    owners = [prepared.articles[at] for at in part.article[rows]]
    return Judged(
        level=level,
        markers=tuple(markers),
        counted=_counted(prepared, level, markers),
        labels=labels[:, columns],
        probabilities=probabilities,
        found=hits,
        lengths=np.array([len(part.units[at].text) for at in rows], dtype=np.int64),
        groups=whole[part.article[rows]],
        langs=np.array([article.lang for article in owners], dtype=str),
        sources=np.array([article.source for article in owners], dtype=str),
    )


def places(part: Part, prepared: Prepared) -> list[tuple[str, int, int]]:
    """Return the article id, start and end of each unit of a part."""
    return [
        (prepared.articles[at].id, unit.spans[0].start, unit.spans[-1].end)
        for at, unit in zip(part.article.tolist(), part.units, strict=True)
    ]


def _counted(prepared: Prepared, level: str, markers: Sequence[str]) -> NDArray[np.bool_]:
    targets = prepared.targets
    gathered = np.array([level == "article" and targets.is_gathered(marker) for marker in markers], dtype=bool)
    summary = np.array([targets.taxonomy.is_summary(marker) for marker in markers], dtype=bool)
    for left_out in (gathered | summary, summary):
        if not left_out.all():
            return ~left_out
    return np.ones(len(markers), dtype=bool)
