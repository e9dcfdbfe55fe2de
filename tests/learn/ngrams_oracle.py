"""The n-grams of a text, defined a second time: slowly, in plain Python, with none of the kernel's tables or tricks."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter

PRIME, MIX = 0xD6E8FEB86659FD93, 0xC2B2AE3D27D4EB4F
SOLO = re.compile(
    "(CJK (UNIFIED|COMPATIBILITY) IDEOGRAPH|IDEOGRAPHIC|HIRAGANA|KATAKANA|HALFWIDTH KATAKANA|THAI|LAO|KHMER|MYANMAR)"
)

Ngram = tuple[int, int, int]


def lowered(text: str) -> list[tuple[str, int]]:
    """Return the characters of `text.lower()`, each with the place of the one that it came from."""
    origins = [place for place, character in enumerate(text) for _ in character.lower()]
    return list(zip(text.lower(), origins, strict=True))


def is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc")


def is_solo(character: str) -> bool:
    named = SOLO.match(unicodedata.name(character, ""))
    return bool(named and re.match(r"\w", character) and not character.isdecimal())


def words(text: str) -> list[list[tuple[str, int]]]:
    found: list[list[tuple[str, int]]] = []
    is_open = False
    for character, origin in lowered(text):
        if is_mark(character):
            if is_open:
                found[-1].append((character, origin))
        elif not re.match(r"\w", character):
            is_open = False
        elif is_open and not is_solo(character) and not is_solo(found[-1][0][0]):
            found[-1].append((character, origin))
        else:
            found.append([(character, origin)])
            is_open = True
    return found


def mixed(h: int) -> int:
    return (h ^ h >> 32) * MIX % 2**64


def hashed(parts: list[int]) -> int:
    h = 0
    for part in parts:
        h = (h * PRIME + part) % 2**64
    return h


def hash_of_codes(text: str) -> int:
    return hashed([ord(c) + 1 for c in text])


def hash_of_words(some_words: list[str]) -> int:
    return hashed([mixed(hash_of_codes(word)) for word in some_words])


def feature(h: int, n_features: int) -> int:
    return (mixed(h) >> 32) * n_features >> 32


def word_ngrams(text: str, low: int, high: int, n_features: int) -> list[Ngram]:
    found = []
    all_words = words(text)
    for i in range(len(all_words)):
        for n in range(low, high + 1):
            run = all_words[i : i + n]
            if len(run) == n:
                h = hash_of_words(["".join(c for c, _ in word) for word in run])
                found.append((feature(h, n_features), run[0][0][1], run[-1][-1][1] + 1))
    return found


def char_wb_ngrams(text: str, low: int, high: int, n_features: int) -> list[Ngram]:
    """What scikit-learn's `char_wb` finds, word for word of its rules, with places."""
    found = []
    characters = lowered(text)
    as_text = "".join(c for c, _ in characters)
    for match in re.finditer(r"\S+", as_text):
        word = f" {match.group()} "
        origins = [o for _, o in characters[match.start() : match.end()]]
        for n in range(low, high + 1):
            for offset in range(max(len(word) - n, 0) + 1):
                gram = word[offset : offset + n]
                inside = origins[max(offset - 1, 0) : max(min(offset + n - 1, len(word) - 2), 0)]
                f = feature(hash_of_codes(gram), n_features)
                place = (inside[0], inside[-1] + 1) if inside else (-1, -1)
                found.append((f, *place))
            if n >= len(word):
                break
    return found


def weights(texts: list[list[Ngram]]) -> list[dict[int, float]]:
    """Return the tf-idf row of each text, given its n-grams: logarithmic counts, smooth idf, length 1."""
    counts = [Counter(f for f, _, _ in ngrams) for ngrams in texts]
    having = Counter(f for row in counts for f in row)
    rows = []
    for row in counts:
        row_weights = {
            f: (1 + math.log(c)) * (math.log((1 + len(texts)) / (1 + having[f])) + 1) for f, c in row.items()
        }
        length = math.sqrt(sum(w * w for w in row_weights.values()))
        rows.append({f: w / length for f, w in row_weights.items()})
    return rows
