"""By what a report finds its case: the sender's subject, an exact or near copy of its content, or its address.

Pure and shared: `take_in` fills a `Known` from the store for each batch; ranking a file keeps one in memory.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urlsplit

from triage.domain.report import Report
from triage.text.fingerprint import NEAR, Fingerprint, fingerprint, similarity

_DRIFTED = (1 + NEAR) / 2
_MOST_TRIED = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What one report is found by: `exact`, in order of precedence, as (reason, key); and the keys that it leaves."""

    exact: tuple[tuple[str, str], ...] = ()
    left: tuple[str, ...] = ()
    content: Fingerprint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Which case a report joins and why, and what was learnt: keys that were new, and whether its print was kept."""

    case: int
    joined_by: str
    new_keys: tuple[str, ...]
    is_print_kept: bool


@dataclass(slots=True)
class Known:
    """The cases so far, by exact key and by print: a stored fingerprint that near-copies are compared with."""

    cases: dict[str, int] = field(default_factory=dict)
    bands: dict[int, list[int]] = field(default_factory=dict)
    prints: dict[int, tuple[int, bytes]] = field(default_factory=dict)

    def place(self, keys: Keys, *, new_case: int, new_print: int) -> Placement:
        """Return the case that a report joins, `new_case` if it is the first of its kind, and learn its keys.

        A subject goes before a copy, a copy before a near-copy, and an address comes last. A key that leads elsewhere
        already goes on doing so. A print is kept unless the content is a copy, or so near to a kept print that whatever
        is near to it is near to that one too: a message passed on ten thousand times with small changes keeps few.
        """
        is_copy = keys.content is not None and copy_key(keys.content) in self.cases
        near = self._nearest(keys.content) if keys.content and not is_copy else None
        case, joined_by = self._find(keys, near) or (new_case, "new")
        new_keys = tuple(key for key in keys.left if key not in self.cases)
        self.cases.update(dict.fromkeys(new_keys, case))
        keeps = keys.content is not None and not is_copy and (near is None or near[1] < _DRIFTED)
        if keys.content and keeps:
            self.prints[new_print] = (case, keys.content.signature)
            for band in set(keys.content.bands):
                self.bands.setdefault(band, []).append(new_print)
        return Placement(case=case, joined_by=joined_by, new_keys=new_keys, is_print_kept=keeps)

    def _find(self, keys: Keys, near: tuple[int, float] | None) -> tuple[int, str] | None:
        for reason, key in keys.exact:
            if reason == "url" and near:
                break
            if key in self.cases:
                return self.cases[key], reason
        return (self.prints[near[0]][0], "near_copy") if near else None

    def _nearest(self, content: Fingerprint) -> tuple[int, float] | None:
        """Return the nearest print and its similarity, if that is at least `NEAR`; the oldest of equals."""
        shared = Counter(one for band in set(content.bands) for one in self.bands.get(band, ()))
        tried = sorted(shared, key=lambda one: (-shared[one], one))[:_MOST_TRIED]
        measured = [
            (similarity(content, Fingerprint(digest="", bands=(), signature=self.prints[one][1])), -one)
            for one in tried
        ]
        best, negative = max(measured, default=(0.0, 0))
        return (-negative, best) if best >= NEAR else None


def keys_of(report: Report) -> Keys:
    """Return what a report is found by.

    The content is the text, or the title where there is neither text nor subject nor address: many pages share a
    headline.
    An address joins reports of which at least one has no text: a page that has changed is not the same content.
    """
    exact: list[tuple[str, str]] = []
    left: list[str] = []
    title = "" if report.subject or report.url else report.title
    content = fingerprint(report.text) or fingerprint(title)
    if report.subject:
        exact.append(("subject", _key("subject", report.subject)))
        left.append(exact[-1][1])
    if content:
        exact.append(("copy", copy_key(content)))
        left.append(exact[-1][1])
    if report.url:
        address = normal_address(report.url)
        exact.append(("url", _key("url-without-text" if content else "url", address)))
        left += [_key("url", address)] + ([] if content else [_key("url-without-text", address)])
    return Keys(exact=tuple(exact), left=tuple(left), content=content)


def copy_key(content: Fingerprint) -> str:
    """Return the key of exact copies."""
    return f"copy:{content.digest}"


def normal_address(url: str) -> str:
    """Return an address without what does not change the content: scheme, fragment, tracking, trailing slash.

    >>> normal_address("HTTPS://Example.org/a/?utm_source=x&id=7#top")
    'example.org/a?id=7'
    """
    from courlan import normalize_url

    try:
        plain = urlsplit(normalize_url(urldefrag(url.strip()).url))
    except ValueError:
        return url.strip()
    if not plain.netloc:
        return url.strip()
    return plain.netloc + plain.path.rstrip("/") + (f"?{plain.query}" if plain.query else "")


def _key(kind: str, value: str) -> str:
    return f"{kind}:{hashlib.blake2b(value.encode(errors='surrogatepass'), digest_size=16).hexdigest()}"
