"""SemEval-2023 task 3: `{lang}/{split}-articles-subtask-N/article*.txt` with genre, frame and technique labels.

`{split}-labels-subtask-1.txt` and `-2.txt` hold article TAB labels with commas, `-3.txt` article TAB line number TAB
labels, `-3-spans.txt` article TAB technique TAB start TAB end. Passages are the lines of the article file, the title
being the first. The three subtasks' folders hold the same articles; each article is given once, with all its labels.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from triage.corpora.formats.marks import Names, fit, line_bounds, passages_of_lines, summed, with_unix_lines
from triage.corpora.formats.rows import read_text, tab_lines
from triage.corpora.formats.source import Mended, Outcome, Source, set_aside
from triage.domain.corpus import Article, LabelledPassage, LabelledSpan
from triage.domain.report import Place, Rejection
from triage.domain.taxonomy import Level
from triage.errors import CorpusError

FOLDER = re.compile(r"^(?P<split>\w+)-articles-subtask-(?P<task>[123])$")
ARTICLE = re.compile(r"^article(?P<id>\w+)\.txt$")
LANGUAGES = {"ge": "de", "po": "pl", "gr": "el"}
"""The folder names of the public copy that are no ISO 639-1 codes (its `ka` is one: Georgian)."""
NOT_ASKED = {
    "en": {
        "technique:Appeal_to_Time",
        "technique:Appeal_to_Values",
        "technique:Consequential_Oversimplification",
        "technique:Questioning_the_Reputation",
    }
}
"""Techniques that a language's annotators did not look for: the English part descends from PTC and has 19 of 23."""


@dataclass
class _Part:
    """One split of one language: article files by subtask, and label rows by article."""

    lang: str
    split: str
    home: Path
    files: dict[str, dict[str, Path]] = field(default_factory=lambda: defaultdict(dict))
    whole: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    lines: dict[str, dict[int, tuple[Place, frozenset[str]]]] = field(default_factory=lambda: defaultdict(dict))
    spans: dict[str, list[tuple[Place, str, int, int]]] = field(default_factory=lambda: defaultdict(list))
    labelled: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    has_spans: bool = False


def read_semeval2023(source: Source) -> Iterator[Outcome]:
    """Return the articles under a folder: the whole release, one language, or one `…-articles-subtask-N`."""
    parts = _parts(source)
    if not parts:
        raise CorpusError(
            f"{source.path}: holds no folder train-articles-subtask-1, dev-articles-subtask-3 or the like"
        )
    languages = Counter(ident for _, ident in {(part.lang, ident) for part in parts for ident in part.files})
    names = Names(source.taxonomy, "semeval2023")
    for part in parts:
        yield from _read_labels(part, names)
        for ident in sorted(part.files):
            yield from _article(part, ident, ident if languages[ident] == 1 else f"{part.lang}-{ident}", source)
        places = {ident: next(iter(rows.values()))[0] for ident, rows in part.lines.items()}
        places |= {ident: rows[0][0] for ident, rows in part.spans.items()}
        for ident in sorted(set(places) - set(part.files)):
            yield set_aside(places[ident], f"there is no article {ident} in {part.split}")


def _parts(source: Source) -> list[_Part]:
    parts: dict[tuple[Path, str], _Part] = {}
    for folder in [source.path, *sorted(below for below in source.path.rglob("*-articles-subtask-?"))]:
        found = FOLDER.match(folder.name)
        if not found or not folder.is_dir() or not source.wants(found["split"]):
            continue
        home = folder.resolve().parent
        code = home.name.lower() if re.fullmatch(r"[A-Za-z]{2}", home.name) else ""
        lang = LANGUAGES.get(code, code)
        part = parts.setdefault((home, found["split"]), _Part(lang, found["split"], folder.parent))
        for path in folder.glob("article*.txt"):
            if name := ARTICLE.match(path.name):
                part.files[name["id"]][found["task"]] = path
    return list(parts.values())


def _label_lines(part: _Part, task: str) -> Iterator[tuple[Place, list[str]]]:
    """Return the rows of a label file, or of the files in a folder of that name."""
    name = part.home / f"{part.split}-labels-subtask-{task}"
    file = name.with_name(f"{name.name}.txt")
    for path in [file] if file.is_file() else sorted(name.glob("*.txt")):
        for place, cells in tab_lines(path):
            yield place, [cells[0].removeprefix("article"), *cells[1:]]


def _read_labels(part: _Part, names: Names) -> Iterator[Rejection]:
    for task, family in (("1", "genre"), ("2", "frame")):
        for place, (ident, *cells) in _label_lines(part, task):
            found, strange = _known(cells[:1], family, names)
            if strange or len(cells) != 1:
                yield set_aside(place, f"{strange or 'no label'} is no {family}", "\t".join([ident, *cells]))
            if found:
                part.labelled[task].add(ident)
                part.whole[ident] |= found
    for place, (ident, *cells) in _label_lines(part, "3"):
        found, strange = _known(cells[1:2], "technique", names)
        if not cells or not cells[0].isdecimal() or len(cells) > 2:
            yield set_aside(place, "no row of article, line number and techniques", "\t".join([ident, *cells]))
            continue
        if strange:
            yield set_aside(place, f"{strange} is no technique", "\t".join([ident, *cells]))
        part.labelled["3"].add(ident)
        if found or not strange:
            part.lines[ident][int(cells[0])] = (place, found)
    for place, (ident, *cells) in _label_lines(part, "3-spans"):
        part.has_spans = True
        found, strange = _known(cells[:1], "technique", names)
        if strange or len(cells) != 3 or not all(cell.isdecimal() for cell in cells[1:]):
            reason = f"{strange} is no technique" if strange else "no row of article, technique, start and end"
            yield set_aside(place, reason, "\t".join([ident, *cells]))
        else:
            part.spans[ident] += [(place, label, int(cells[1]), int(cells[2])) for label in found]


def _known(cells: list[str], family: str, names: Names) -> tuple[frozenset[str], str]:
    """Return the markers that a cell of labels names, and those of its labels that are none, as one text."""
    labels = [label.strip() for cell in cells for label in cell.split(",") if label.strip()]
    found = {label: names.known(f"{family}:{label}") for label in labels}
    strange = ", ".join(f'"{label}"' for label, marker in found.items() if marker is None)
    return frozenset(marker for marker in found.values() if marker), strange


def _article(part: _Part, ident: str, full_id: str, source: Source) -> Iterator[Outcome]:
    files = part.files[ident]
    path = files.get("3") or files[min(files)]
    try:
        texts = {task: read_text(file) for task, file in files.items()}
    except CorpusError as error:
        yield set_aside(Place(file=str(path)), str(error))
        return
    raw = texts.get("3") or texts[min(texts)]
    if len({text.split() != raw.split() for text in texts.values()}) > 1:
        yield Mended(place=Place(file=str(path)), reason="the subtasks' copies differ; the text of this one is kept")
    rows = part.spans.get(ident, [])
    text, moved, remark = with_unix_lines(raw, [(start, end) for _, _, start, end in rows])
    if remark:
        yield Mended(place=Place(file=str(path)), reason=remark)
    spans: list[LabelledSpan] = []
    for place, label, start, end in rows:
        where = fit(text, moved(start), moved(end))
        if isinstance(where, str):
            yield set_aside(place, f"article {ident}: {where}", label)
            continue
        if where.change:
            yield Mended(place=place, reason=f"article {ident}: {where.change}", raw=label)
        spans.append(LabelledSpan(start=where.start, end=where.end, label=label))
    passages: list[LabelledPassage] = []
    bounds = line_bounds(text)
    for number, (place, labels) in sorted(part.lines.get(ident, {}).items()):
        start, end = bounds[number - 1] if 0 < number <= len(bounds) else (0, 0)
        if text[start:end].strip():
            passages.append(LabelledPassage(start=start, end=end, labels=summed(labels)))
        elif labels or number > len(bounds):
            yield set_aside(place, f"article {ident} has nothing in line {number}", ",".join(sorted(labels)))
    if not text.strip():
        yield set_aside(Place(file=str(path)), "the article is empty")
        return
    yield Article(
        id=full_id,
        group=full_id,
        text=text,
        lang=part.lang,
        labels=frozenset(part.whole.get(ident, ())),
        passages=tuple(passages) or passages_of_lines(text, spans),
        spans=tuple(spans),
        annotated=_annotated(part, ident, source),
        place=Place(file=str(path)),
    )


def _annotated(part: _Part, ident: str, source: Source) -> dict[Level, tuple[str, ...]]:
    article = [f"{family}:*" for task, family in (("1", "genre"), ("2", "frame")) if ident in part.labelled[task]]
    annotated: dict[Level, tuple[str, ...]] = {Level.ARTICLE: tuple(article)} if article else {}
    if ident not in part.labelled["3"] and ident not in part.spans:
        return annotated
    missing = NOT_ASKED.get(part.lang, set())
    members = (marker for marker in source.taxonomy.members("technique") if marker not in missing)
    techniques = tuple(members) if missing else ("technique:*",)
    level = Level.SPAN if part.has_spans else Level.PASSAGE
    annotated[level] = techniques
    if level is Level.SPAN and ident in part.labelled["3"]:
        annotated[Level.PASSAGE] = techniques
    return annotated
