"""Which language a text is in, told offline."""

from __future__ import annotations

import re

UNKNOWN = "und"
_FLOOR = 0.5
_LETTER = re.compile(r"[^\W\d_]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA_OR_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7af]")


def identify(text: str) -> tuple[str, float]:
    """Return the ISO 639-1 code and its probability; "und" where there is too little to tell by.

    A text whose letters are mostly Han, without kana or Hangul, is "zh".
    """
    from py3langid import classify

    letters = len(_LETTER.findall(text))
    if 2 * len(_HAN.findall(text)) > letters and not _KANA_OR_HANGUL.search(text):
        return "zh", 1.0
    lang, probability = classify(text.encode("utf-8", "replace").decode())
    return (str(lang), float(probability)) if probability >= _FLOOR else (UNKNOWN, float(probability))
