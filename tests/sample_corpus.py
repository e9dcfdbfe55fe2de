"""Small labelled corpora whose markers hang on a few words, for tests."""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from triage.config.taxonomy import load_taxonomy
from triage.corpora.read import parse_article
from triage.domain.corpus import Article
from triage.domain.report import Place
from triage.domain.taxonomy import Taxonomy

DOUBT, LOADED, ANY = "technique:Doubt", "technique:Loaded_Language", "technique:Any"
ECONOMIC, POLITICAL = "frame:Economic", "frame:Political"
ANNOTATED = {"article": ["frame:Economic", "frame:Political", "genre:*"], "passage": [DOUBT, LOADED, ANY]}
_PLAIN = "the council met on monday and the road to the harbour was repaired after long talks on water"
_CARRIERS = {DOUBT: "who can trust them really", LOADED: "shameless greedy bunglers", ECONOMIC: "budget crowns prices"}


@cache
def taxonomy() -> Taxonomy:
    return load_taxonomy()


def rows(count: int = 48, *, seed: int = 0, langs: tuple[str, ...] = ("en", "de")) -> list[dict[str, Any]]:
    """Rows of a corpus file: two passages each, every second article with a technique, every third economic."""
    chance = random.Random(seed)
    made = []
    for at in range(count):
        markers = [DOUBT] if at % 4 == 1 else [LOADED] if at % 4 == 3 else []
        frame = ECONOMIC if at % 3 == 0 else POLITICAL
        first = _sentence(chance, [_CARRIERS.get(frame, "election vote party")])
        second = _sentence(chance, [_CARRIERS[marker] for marker in markers])
        made.append(
            {
                "id": f"a{seed}-{at}",
                "group": f"g{seed}-{at // 2}",
                "text": f"{first}\n{second}",
                "lang": langs[at // 2 % len(langs)],
                "source": f"paper {at % 5}",
                "date": f"2026-01-{at % 28 + 1:02}",
                "labels": [frame, "genre:opinion" if markers else "genre:reporting"],
                "passages": [
                    {"start": 0, "end": len(first), "labels": []},
                    {"start": len(first) + 1, "end": len(first) + 1 + len(second), "labels": markers},
                ],
                "annotated": ANNOTATED,
            }
        )
    return made


def article(row: dict[str, Any]) -> Article:
    return parse_article(orjson.dumps(row), Place(file="corpus.jsonl", line=1))


def articles(count: int = 48, *, seed: int = 0) -> list[Article]:
    return [article(row) for row in rows(count, seed=seed)]


def write(path: Path, lines: Iterable[dict[str, Any]]) -> Path:
    path.write_bytes(b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines))
    return path


def _sentence(chance: random.Random, carried: Iterable[str]) -> str:
    words = chance.choices(_PLAIN.split(), k=chance.randint(8, 14))
    for phrase in carried:
        words.insert(chance.randint(1, len(words) - 1), phrase)
    return " ".join(words).capitalize() + "."
