"""Which language a text is in, told offline."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNKNOWN = "und"
_FLOOR = 0.33
_FEWEST_LETTERS = 3
_ENOUGH = 600  # code points; more make it slower, not surer
# How often a language is met: these weights times the identifier's probabilities. On 60 characters and on headlines
# they are worth up to 22 points, above all because rare relatives (Nigerian Pidgin, Macedonian, Marathi) stand back.
_WEIGHTS = (
    (9.0, "en"),
    (4.5, "ar de es fr ru zh"),
    (3.0, "bg fa he hi id it ja ko nl pl pt tr uk vi"),
    (1.0, "am az bn ca cs da el et fi gu hr hu hy is ka kk km kn ky lo lt lv mk ml mn mr ms my ne no or pa ps ro si"),
    (1.0, "sk sl sq sr sv sw ta te th ur uz"),
)
_TAG = re.compile(r"([a-z]{2})(?:[-_][a-z0-9_-]+)?", re.ASCII | re.IGNORECASE)
_NO_PROSE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|[\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA_OR_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
_FEW_KANA = 0.1  # a name or a brand within Chinese


def identify(text: str) -> tuple[str, float]:
    """Return the ISO 639-1 code of a text's language and the probability; "und" where there is too little to tell by.

    Addresses, names with @ or # and figures say nothing of the language. A text whose letters are mostly Han, with
    hardly any kana or Hangul, is "zh", whichever Chinese it is. Never raises.

    >>> identify("疫苗是安全的")[0], identify("1234 ???")[0]
    ('zh', 'und')
    """
    prose = _prose(text)
    han = len(_HAN.findall(prose))
    letters = max(han, len(_LETTER.findall(prose)))  # Python does not know every Han character for a letter yet
    if han and 2 * han >= letters and len(_KANA_OR_HANGUL.findall(prose)) <= _FEW_KANA * han:
        return "zh", han / letters
    if letters < _FEWEST_LETTERS:
        return UNKNOWN, 0.0
    weights = _weights()
    weighted = [(odds * weights[lang], lang) for lang, odds in _identifier().rank(prose)]
    best, lang = max(weighted)
    probability = best / sum(odds for odds, _ in weighted)
    return lang if probability >= _FLOOR else UNKNOWN, probability


def _prose(text: str) -> str:
    """Return the beginning of a text, a blank for each address, name and figure; it is read no further than needed."""
    parts: list[str] = []
    size = at = 0
    for match in _NO_PROSE.finditer(text, 0, 4 * _ENOUGH):
        parts += (text[at : match.start()], " ")
        size += match.start() - at + 1
        at = match.end()
        if size >= _ENOUGH:
            break
    return "".join([*parts, text[at : 4 * _ENOUGH]])[:_ENOUGH]


def primary(tag: str) -> str:
    """Return the ISO 639-1 code that a language tag begins with, or "" where it is none.

    >>> primary("zh-Hant-TW"), primary("EN_us"), primary("English")
    ('zh', 'en', '')
    """
    found = _TAG.fullmatch(tag.strip())
    return found[1].lower() if found else ""


@functools.cache
def _weights() -> dict[str, float]:
    return {lang: weight for weight, langs in _WEIGHTS for lang in langs.split()}


@functools.cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_weights()))
    return identifier
