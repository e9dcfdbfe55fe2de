"""SlavicNLP persuasion techniques: sentences of debates and posts, gathered into their documents.

Read are the authors' two tab-separated files (`sentences.txt`: file, start, end, sentence, beside
`subtask-2-annotations-full.txt`: file, start, end, techniques) and JSON Lines with `document`, `start`, `end`, `text`,
`techniques`. A document's text is its sentences in order, parted by a space or, where they stood further apart, a line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from triage.corpora.formats.marks import looked_for, markers_of
from triage.corpora.formats.posts import text_rows
from triage.corpora.formats.rows import tab_lines, text_of
from triage.corpora.formats.source import Outcome, Source, set_aside
from triage.domain.corpus import Article, LabelledPassage
from triage.domain.report import Place, Rejection
from triage.domain.taxonomy import LabelMap, Level

SENTENCES, ANNOTATIONS = "sentences.txt", "subtask-2-annotations-full.txt"
LANGUAGES = {"si": "sl"}


@dataclass(frozen=True, slots=True)
class _Sentence:
    place: Place
    start: int
    end: int
    text: str
    techniques: tuple[str, ...] | None


def read_slavic(source: Source) -> Iterator[Outcome]:
    """Return the documents of a JSON Lines file, or of all folders under a path that hold the two files."""
    label_map = source.label_map("slavic")
    folders = sorted({path.parent for path in source.path.rglob(SENTENCES)}) if source.path.is_dir() else []
    if source.path.name == SENTENCES:
        folders = [source.path.parent]
    for folder in folders:
        yield from _folder(folder, label_map)
    if not folders:
        yield from _json_lines(source, label_map)


def _json_lines(source: Source, label_map: LabelMap) -> Iterator[Outcome]:
    documents: dict[tuple[str, str], list[_Sentence]] = defaultdict(list)
    for row in text_rows(source, (".jsonl",), {"start": int, "end": int, "techniques": [str]}):
        if isinstance(row, Rejection):
            yield row
            continue
        place, cells = row
        if cells.get("start") is None or cells.get("end") is None:
            yield set_aside(place, "start or end is missing", text_of(cells, "id"))
            continue
        key = (text_of(cells, "document", "filename"), text_of(cells, "lang"))
        found = tuple(cells["techniques"]) if cells.get("techniques") is not None else None
        documents[key].append(_Sentence(place, cells["start"], cells["end"], text_of(cells, "text"), found))
    for (name, lang), sentences in documents.items():
        yield _document(name, lang, sentences, label_map)


def _folder(folder: Path, label_map: LabelMap) -> Iterator[Outcome]:
    code = folder.name.lower() if re.fullmatch(r"[A-Za-z]{2}", folder.name) else ""
    techniques: dict[tuple[str, ...], tuple[str, ...]] = {}
    file = folder / ANNOTATIONS
    for place, cells in tab_lines(file) if file.is_file() else ():
        if len(cells) < 3:
            yield set_aside(place, "no row of file, start, end and techniques", "\t".join(cells))
        else:
            techniques[tuple(cells[:3])] = tuple(filter(None, cells[3:]))
    documents: dict[str, list[_Sentence]] = defaultdict(list)
    for place, cells in tab_lines(folder / SENTENCES):
        if len(cells) < 4 or not (cells[1].isdecimal() and cells[2].isdecimal()) or not cells[3]:
            yield set_aside(place, "no row of file, start, end and sentence", "\t".join(cells))
            continue
        found = techniques.get(tuple(cells[:3]))
        if found is None and techniques:
            yield set_aside(place, "a sentence without a row of annotations; its text is kept, unlabelled", cells[0])
        text = " ".join(cells[3:])
        documents[cells[0]].append(_Sentence(place, int(cells[1]), int(cells[2]), text, found))
    for name, sentences in documents.items():
        yield _document(name, LANGUAGES.get(code, code), sentences, label_map)


def _document(name: str, lang: str, sentences: list[_Sentence], label_map: LabelMap) -> Article:
    text = ""
    last_end = 0
    passages = []
    for sentence in sorted(sentences, key=lambda one: (one.start, one.end)):
        if text:
            text += " " if sentence.start - last_end <= 1 else "\n"
        last_end = sentence.end
        if sentence.techniques is not None:
            labels = markers_of(sentence.techniques, label_map)
            passages.append(LabelledPassage(start=len(text), end=len(text) + len(sentence.text), labels=labels))
        text += sentence.text
    return Article(
        id=name,
        group=name,
        text=text,
        lang=lang,
        passages=tuple(passages),
        annotated={Level.PASSAGE: looked_for(label_map)} if passages else {},
        place=sentences[0].place,
    )
