"""Attributed speech in running text: "said that …", "…, said X", "according to …"."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from triage.text import speech_verbs
from triage.text.passages import sentences

_TAIL = 80  # an attribution that stands after what was said is no longer than this
_SCRIPTS = (
    ("\u0400-\u052f", ("ru", "uk", "bg")),
    ("\u0600-\u06ff", ("ar",)),
    ("A-Za-z", ("en", "fr", "de", "es", "pl")),
)
_WORD = re.compile(r"[\w\u064b-\u0652\u0670]+(?:-\w+)*")
_ARABIC = "\u0600"
_HARAKAT = re.compile("[\u064b-\u0652\u0640\u0670]")
_HAN = re.compile("[\u3400-\u9fff]")
_SENTENCE_END = re.compile("[.!?。！？؟]")
_ASKED = "?？؟"
_CLOSED = '"”»“«」』’＂'  # a quote that stands before its attribution speaks for itself
_QUOTE = '"“”„«»「『＂'

# "…, said Ambry." and "…, the mayor said on Monday."
_BEFORE_VERB = re.compile(r",\s*[—–-]?\s*(?:(?:a|ont|ha|han)\s)?$")
_BEFORE_SUBJECT = re.compile(r",\s(?:(?:he|she|they)|(?:the\s[\w-]+|[A-Z][\w'’.-]*)(?:\s[\w'’.-]+){0,4})\s$")
_SUBJECT = re.compile(
    rf"\s(?:(?:the|an?|his|her|le|la|les|el|los|las|der|die|das|ein|eine|в|на|у)\s|(?:\w+\s){{0,2}}(?-i:[^\W\d_a-zа-яё]))[^,:{_QUOTE}]*$"
)
_WHEN = re.compile(rf"(?:\s(?:on|in|at|after|before|during|to|yesterday|today|last|this)\b[^,:{_QUOTE}]*)?[.!…]?$")


@dataclass(frozen=True, slots=True)
class _Rules:
    """A language's grammar made ready: word forms as sets, phrases as patterns."""

    says: frozenset[str]
    attributing: frozenset[str]
    unsaid: frozenset[str]
    clause: re.Pattern[str]
    bare: re.Pattern[str] | None
    source: re.Pattern[str]
    after_source: re.Pattern[str]


def reported(text: str, start: int, end: int, lang: str = "") -> list[tuple[int, int]]:
    """Return (start, end) of the indirect speech in `text[start:end]`.

    "X said that …" and "according to X, …" last to the end of their sentence; "…, said X." begins with it. What the
    author says of himself ("I say that …") or asks ("Who said that …?") is no reported speech.

    >>> text = "It rained. Ambry said that the wall is a monument."
    >>> [text[first:last] for first, last in reported(text, 0, len(text), "en")]
    ['the wall is a monument.']
    """
    return [
        span
        for first, last in sentences(text, start, end)
        if text[last - 1] not in _ASKED
        for span in _in_sentence(text[first:last], first, lang)
    ]


def is_attributed(text: str, start: int, end: int, quote: tuple[int, int], lang: str = "") -> bool:
    """Return whether a verb of saying or naming stands right before or after a quote within `text[start:end]`."""
    before = _SENTENCE_END.split(text[max(start, quote[0] - 60) : quote[0]])[-1]
    after = _SENTENCE_END.split(text[quote[1] : min(end, quote[1] + 60)])[0]
    if _is_chinese(before + after, lang):
        return bool(_zh_before_quote().search(before))
    near = [*_words(before)[-6:], *_words(after)[:5]]
    return any(word in rules.attributing for rules in _rules_for(lang, before + after) for word in near)


def begins_with_saying(text: str, lang: str = "") -> bool:
    """Return whether one of the first three words is a verb of saying, as in "said the mayor"."""
    words = [_plain(word) for word in _WORD.findall(text[:60])[:3]]
    return any(word in rules.says for rules in _rules_for(lang, text) for word in words)


def _in_sentence(sentence: str, at: int, lang: str) -> list[tuple[int, int]]:
    if _is_chinese(sentence, lang):
        spans = _chinese(sentence)
    else:
        spans = [span for rules in _rules_for(lang, sentence) for span in _by_words(sentence, rules)]
    return [(at + first, at + last) for first, last in spans if first < last]


def _by_words(sentence: str, rules: _Rules) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    if source := rules.source.match(sentence):
        spans.append((source.end(), len(sentence)))
    if source := rules.after_source.search(sentence, max(0, len(sentence) - _TAIL)):
        spans.append((0, source.start()))
    if rules.says.isdisjoint(_words(sentence)):
        return spans
    previous = ""
    for match in _WORD.finditer(sentence):
        word = _plain(match.group())
        if word in rules.says and previous not in rules.unsaid:
            spans += _around(sentence, match.start(), match.end(), rules)
        previous = word
    return spans


def _around(sentence: str, start: int, end: int, rules: _Rules) -> list[tuple[int, int]]:
    """Return what a verb of saying at [start, end) attributes: what follows it, or all that stands before it."""
    clause = rules.clause.match(sentence, end)
    if clause is None and rules.bare and sentence[:start].rstrip()[-1:].isalnum():
        clause = rules.bare.match(sentence, end)
    if clause:
        return [(clause.end(), len(sentence))]
    if len(sentence) - start > _TAIL:
        return []
    comma = _BEFORE_VERB.search(sentence, 0, start) if _SUBJECT.match(sentence, end) else None
    comma = comma or (_BEFORE_SUBJECT.search(sentence, 0, start) if _WHEN.match(sentence, end) else None)
    if comma:
        said = comma.start()
        return [(0, said)] if sentence[said - 1 : said] not in _CLOSED else []
    return []


def _chinese(sentence: str) -> list[tuple[int, int]]:
    says, source = _zh_says(), _zh_source()
    found = source.match(sentence)
    spans = [(found.end(), len(sentence))] if found else []
    ends = (match.end() for match in says.finditer(sentence))
    return spans + [(end, len(sentence)) for end in ends if sentence[end : end + 1] not in _QUOTE]


def _plain(word: str) -> str:
    """Return the word as the tables have it: small, without Arabic vowel marks and the و or ف joined to it."""
    word = word.lower()
    if word < _ARABIC:
        return word
    word = _HARAKAT.sub("", word)
    return word[1:] if len(word) > 3 and word[0] in "وف" else word


def _words(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return words if text.isascii() else [_plain(word) for word in words]


def _is_chinese(text: str, lang: str) -> bool:
    return lang == "zh" or (lang not in speech_verbs.GRAMMARS and 2 * len(_HAN.findall(text)) > len(text))


def _rules_for(lang: str, text: str) -> tuple[_Rules, ...]:
    """Return the rules of a language, or, where it is not known, of those written in the script of the text."""
    if lang in speech_verbs.GRAMMARS:
        return (_rules(lang),)
    if lang and lang != "und":
        return ()
    for letters, langs in _SCRIPTS:
        if re.search(f"[{letters}]", text):
            return tuple(_rules(one) for one in langs)
    return ()


@functools.cache
def _rules(lang: str) -> _Rules:
    grammar = speech_verbs.GRAMMARS[lang]
    says = _forms(grammar.says)
    gap = rf"[^.!?:;…{_QUOTE}]{{0,{grammar.reach}}}?"
    named = rf"(?:{grammar.sources})\b[^.,!?:;{_QUOTE}]{{1,80}}"
    return _Rules(
        says=says,
        attributing=says | _forms(grammar.names),
        unsaid=frozenset(grammar.unsaid.split()),
        clause=re.compile(rf"{gap}(?:\s*{grammar.that}|:\s+(?![{_QUOTE}]))", re.IGNORECASE),
        bare=re.compile(grammar.bare, re.IGNORECASE) if grammar.bare else None,
        source=re.compile(rf"(?:{named},\s|{grammar.inverted})" if grammar.inverted else rf"{named},\s", re.IGNORECASE),
        after_source=re.compile(rf",\s{named}[.!?…]?$", re.IGNORECASE),
    )


def _forms(table: str) -> frozenset[str]:
    """Return the word forms of a table: "заявил+а+и" is заявил, заявила, заявили."""
    forms = set()
    for entry in table.split():
        stem, *endings = entry.split("+")
        forms |= {stem, *(stem + ending for ending in endings)}
    return frozenset(forms)


@functools.cache
def _zh_says() -> re.Pattern[str]:
    not_me = "".join(f"(?<!{me})" for me in speech_verbs.ZH_ME.split("|"))
    return re.compile(
        rf"{not_me}(?:(?:{speech_verbs.ZH_CLAUSE})[说說道]?[，,：:]?|(?:{speech_verbs.ZH_VERB})[说說称稱道]?[，,：:]"
        rf"|[说說称稱道][：:]|(?<![{speech_verbs.ZH_NO_SAYING}])[说說称稱][，,])"
    )


@functools.cache
def _zh_before_quote() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{_zh_says().pattern}|(?:{speech_verbs.ZH_VERB})|[说說道]|(?:{speech_verbs.ZH_NAMES})[^，]{{0,8}})$"
    )


@functools.cache
def _zh_source() -> re.Pattern[str]:
    return re.compile(
        rf"(?:[据據](?![此点點])[^，。！？：]{{1,30}}|(?:根据|根據|按照)[^，。！？]{{1,30}}(?:{speech_verbs.ZH_REPORT})"
        r"|在[^，。！？]{1,12}看[来來])[，,]"
    )
