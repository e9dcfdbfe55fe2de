"""PTC / SemEval-2020 task 11: `train-articles/article*.txt`, `*.task2-TC.labels`, `*.task1-SI.labels`, `dev-*`.

A label row is article, technique, start, end (TC) or article, start, end (SI); labels stand in one file a split, one an
article, or both. The title is the first line of the text, since offsets count from it. Passages are the lines, which
hold a sentence each. Spans without a technique (SI alone) are *any technique*.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from triage.corpora.formats.marks import fit, looked_for, passages_of_lines, with_unix_lines
from triage.corpora.formats.rows import read_text, tab_lines
from triage.corpora.formats.source import Mended, Outcome, Source, set_aside
from triage.domain.corpus import Article, LabelledSpan
from triage.domain.report import Place, Rejection
from triage.domain.taxonomy import ANY_TECHNIQUE, LabelMap, Level
from triage.errors import CorpusError

FOLDER = re.compile(r"^(?P<split>\w+)-articles$")
ARTICLE = re.compile(r"^article(?P<id>\w+)\.txt$")


@dataclass(frozen=True, slots=True)
class _Label:
    place: Place
    technique: str
    start: int
    end: int


@dataclass
class _Labels:
    """The label rows of a corpus: by split and article, and for which articles there are labels at all."""

    rows: dict[tuple[str, str], dict[tuple[str, int, int], _Label]] = field(default_factory=lambda: defaultdict(dict))
    covered: set[tuple[str, str]] = field(default_factory=set)

    def of(self, split: str, article: str) -> list[_Label] | None:
        """Return the labels of an article, or None where no label file speaks of it."""
        keys = [(split, article), ("", article)]
        if not any(key in self.covered for key in [*keys, (split, ""), ("", "")]):
            return None
        return [label for key in keys for label in self.rows.get(key, {}).values()]


def read_ptc(source: Source) -> Iterator[Outcome]:
    """Return the articles of a PTC folder, or of one `…-articles` folder in it."""
    folders = [(split, folder) for split, folder in _article_folders(source.path) if source.wants(split)]
    if not folders:
        raise CorpusError(f"{source.path}: holds no folder train-articles, dev-articles or the like")
    root = source.path.parent if FOLDER.match(source.path.name) else source.path
    splits = [split for split, _ in folders]
    techniques, places = _Labels(), _Labels()
    yield from _read_labels(root, "TC", splits, techniques)
    yield from _read_labels(root, "SI", splits, places)
    seen = set()
    for split, folder in folders:
        for path in sorted(folder.glob("article*.txt")):
            if found := ARTICLE.match(path.name):
                seen.add(found["id"])
                yield from _article(path, found["id"], split, techniques, places, source.label_map("ptc"))
    for (split, article), rows in techniques.rows.items():
        if article not in seen and (not split or split in splits):
            for label in rows.values():
                yield set_aside(label.place, f"there is no article {article}", label.technique)


def _article_folders(path: Path) -> list[tuple[str, Path]]:
    folders = [path, *sorted(below for below in path.rglob("*-articles") if below.is_dir())]
    named = [(found["split"], folder) for folder in folders if (found := FOLDER.match(folder.name))]
    return named or [("", path)] * any(path.glob("article*.txt"))


def _read_labels(root: Path, kind: str, splits: list[str], labels: _Labels) -> Iterator[Rejection]:
    """Read all label files of a kind under a folder. What a file covers is in its name or its folder's name."""
    for path in sorted(root.rglob("*label*")):
        if not path.is_file() or kind not in path.name or path.suffix == ".out":
            continue
        names = (path.name, path.parent.name)
        split = next((split for split in splits for name in names if split and name.startswith(f"{split}-")), "")
        if not split and any(re.match(r"(train|dev|test)-", name) for name in names):
            continue
        one = re.match(r"article(\w+?)\.", path.name)
        labels.covered.add((split, one[1] if one else ""))
        for place, cells in tab_lines(path):
            label = _label(place, cells)
            if label is None:
                yield set_aside(place, "no row of article, technique, start and end", "\t".join(cells))
                continue
            twin = labels.rows[split, cells[0]].setdefault((label.technique, label.start, label.end), label)
            if twin is not label and twin.place.file == place.file:
                yield set_aside(place, f"the same row stands at {twin.place} already", "\t".join(cells))


def _label(place: Place, cells: list[str]) -> _Label | None:
    if len(cells) not in {3, 4} or not all(cell.isdecimal() for cell in cells[-2:]):
        return None
    return _Label(place, cells[1] if len(cells) == 4 else "", int(cells[-2]), int(cells[-1]))


def _article(
    path: Path, ident: str, split: str, techniques: _Labels, places: _Labels, label_map: LabelMap
) -> Iterator[Outcome]:
    try:
        raw = read_text(path)
    except CorpusError as error:
        yield set_aside(Place(file=str(path)), str(error))
        return
    labels = techniques.of(split, ident)
    annotated = looked_for(label_map)
    if labels is None and (labels := places.of(split, ident)) is not None:
        annotated = (ANY_TECHNIQUE,)
    text, moved, remark = with_unix_lines(raw, [(label.start, label.end) for label in labels or ()])
    if remark:
        yield Mended(place=Place(file=str(path)), reason=remark)
    spans: list[LabelledSpan] = []
    for label in labels or ():
        where = fit(text, moved(label.start), moved(label.end))
        if isinstance(where, str):
            yield set_aside(label.place, f"article {ident}: {where}", label.technique)
            continue
        if where.change:
            yield Mended(place=label.place, reason=f"article {ident}: {where.change}", raw=label.technique)
        markers = label_map.markers(label.technique) if label.technique else (ANY_TECHNIQUE,)
        spans += [LabelledSpan(start=where.start, end=where.end, label=marker) for marker in markers]
    yield Article(
        id=ident,
        group=ident,
        text=text,
        lang="en",
        passages=passages_of_lines(text, spans),
        spans=tuple(sorted(spans, key=lambda span: (span.start, span.end, span.label))),
        annotated={} if labels is None else {Level.SPAN: annotated},
        place=Place(file=str(path)),
    )
