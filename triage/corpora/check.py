"""What is wrong with labelled corpora, before anything learns from them or is measured on them."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.corpora.read import parse_article, read_lines
from triage.domain.corpus import Article
from triage.domain.report import Place
from triage.domain.taxonomy import Level, Taxonomy, family_of
from triage.errors import CorpusError, TriageError
from triage.text.fingerprint import NEAR, Fingerprint, fingerprint, similarity


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about a corpus, with its place. A fault would fake a score or teach nonsense; a remark need not."""

    place: Place
    kind: str
    message: str
    is_fault: bool = True

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found, and how many articles there are, by language and with each marker."""

    articles: int
    languages: Mapping[str, int]
    markers: Mapping[str, int]
    findings: Sequence[Finding]

    @property
    def faults(self) -> list[Finding]:
        """Return what must be mended."""
        return [finding for finding in self.findings if finding.is_fault]


def check(paths: Sequence[str | Path], taxonomy: Taxonomy) -> Checked:
    """Return everything that is wrong with corpus files taken together, in file order; no line stops the check."""
    findings: list[Finding] = []
    articles: list[Article] = []
    for path in paths:
        read = list(_articles(path))
        if not read:
            findings.append(Finding(place=Place(file=str(path)), kind="empty", message="holds no article"))
        for place, parsed in read:
            if isinstance(parsed, Article):
                articles.append(parsed)
            else:
                message = str(parsed).removeprefix(str(place)).removeprefix(":").strip()
                findings.append(Finding(place=place, kind="broken", message=message))
    for article in articles:
        findings += _own_faults(article, taxonomy)
    findings += _repeated_ids(articles)
    findings += _groups_in_two_files(articles)
    findings += _copies(articles)
    findings += _one_class(articles, taxonomy)
    return Checked(
        articles=len(articles),
        languages=dict(sorted(Counter(article.lang or "?" for article in articles).items())),
        markers=dict(sorted(Counter(m for article in articles for m in article.all_labels()).items())),
        findings=findings,
    )


def infer(path: str | Path, taxonomy: Taxonomy) -> dict[str, list[str]]:
    """Return a proposal for `annotated` of every article of a file, by level, from the labels that the file has.

    A family of which every marker occurs is proposed whole (`family:*`), else the markers that occur: those that do not
    may have been looked for or not, and only the annotators' guidelines say. Raises `CorpusError` for a broken line.
    """
    seen: dict[Level, set[str]] = {level: set() for level in Level}
    for place, line in read_lines(path):
        article = parse_article(line, place)
        seen[Level.ARTICLE] |= article.labels
        seen[Level.PASSAGE].update(label for passage in article.passages for label in passage.labels)
        seen[Level.SPAN].update(span.label for span in article.spans)
    return {str(level): _patterns(labels, taxonomy) for level, labels in seen.items() if labels}


def _articles(path: str | Path) -> Iterator[tuple[Place, Article | TriageError]]:
    place = Place(file=str(path))
    try:
        for place, line in read_lines(path):
            yield place, _parsed(line, place)
    except TriageError as error:  # the file itself is missing or breaks off
        yield place, error


def _parsed(line: bytes, place: Place) -> Article | CorpusError:
    try:
        return parse_article(line, place)
    except CorpusError as error:
        return error


def _patterns(labels: set[str], taxonomy: Taxonomy) -> list[str]:
    patterns = []
    for family in sorted({family_of(label) for label in labels}):
        own = {label for label in labels if family_of(label) == family}
        members = {marker for marker in taxonomy.members(family) if not taxonomy.is_summary(marker)}
        patterns += [f"{family}:*"] if members and members <= own else sorted(own)
    return patterns


def _own_faults(article: Article, taxonomy: Taxonomy) -> Iterator[Finding]:
    place = article.place or Place(file=article.corpus)
    if not article.text.strip():
        yield Finding(place=place, kind="empty", message="the text is blank")
    if not any(article.annotated.values()):
        yield Finding(place=place, kind="annotated", message="annotated is missing; propose it with --infer")
        return
    looked_for = {p for level in (Level.ARTICLE, Level.PASSAGE) for p in article.looked_for(level)}
    known = taxonomy.expand(looked_for, article.all_labels())
    for label in sorted(article.all_labels()):
        family = family_of(label)
        if family in taxonomy.families and label not in taxonomy.markers:
            near = difflib.get_close_matches(label, taxonomy.members(family), n=1)
            hint = f"; did you mean {near[0]}?" if near else "; give it a family of its own"
            yield Finding(place=place, kind="unknown", message=f"{label} is no marker of the family {family}{hint}")
        if label not in known:
            yield Finding(
                place=place, kind="not_looked_for", message=f"{label} is given, but annotated does not name it"
            )


def _repeated_ids(articles: Iterable[Article]) -> Iterator[Finding]:
    first: dict[str, Place | None] = {}
    for article in articles:
        place = article.place or Place(file=article.corpus)
        if article.id in first:
            yield Finding(
                place=place, kind="twice", message=f"the article {article.id} stands in {first[article.id]} too"
            )
        first.setdefault(article.id, place)


def _groups_in_two_files(articles: Iterable[Article]) -> Iterator[Finding]:
    first: dict[str, Article] = {}
    told: set[tuple[str, str]] = set()
    for article in articles:
        other = first.setdefault(article.group, article)
        if other.corpus != article.corpus and (article.group, article.corpus) not in told:
            told.add((article.group, article.corpus))
            yield Finding(
                place=article.place or Place(file=article.corpus),
                kind="group_in_two_files",
                message=f"the group {article.group} stands in {other.corpus} too: a leak, if one file tests the other",
            )


def _copies(articles: Iterable[Article]) -> Iterator[Finding]:
    """Return texts that are copies or near-copies of one in another group."""
    seen: dict[str, Article] = {}
    bands: dict[int, list[tuple[Article, Fingerprint]]] = defaultdict(list)
    for article in articles:
        mark = fingerprint(article.text)
        if mark is None:
            continue
        place = article.place or Place(file=article.corpus)
        exact = seen.setdefault(mark.digest, article)
        if exact.group != article.group:
            message = f"the same text as {exact.id} in {exact.place}, in another group"
            yield Finding(place=place, kind="copy", message=message)
        elif exact is article:
            near = _nearest(article, mark, bands)
            if near:
                message = f"nearly the same text as {near.id} in {near.place}, in another group"
                yield Finding(place=place, kind="near_copy", message=message, is_fault=False)
            for band in mark.bands:
                bands[band].append((article, mark))


def _nearest(
    article: Article, mark: Fingerprint, bands: Mapping[int, list[tuple[Article, Fingerprint]]]
) -> Article | None:
    others = {other.id: (other, theirs) for band in mark.bands for other, theirs in bands.get(band, ())}
    alike = [(similarity(mark, theirs), other) for other, theirs in others.values() if other.group != article.group]
    best = max(alike, key=lambda pair: pair[0], default=(0.0, article))
    return best[1] if best[0] >= NEAR else None


def _one_class(articles: Sequence[Article], taxonomy: Taxonomy) -> Iterator[Finding]:
    """Return markers that every article that was looked at has: nothing can be learnt or measured there."""
    every = {label for article in articles for label in article.all_labels()}
    having: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for article in articles:
        patterns = [p for level in (Level.ARTICLE, Level.PASSAGE) for p in article.looked_for(level)]
        asked.update(taxonomy.expand(patterns, every))
        having.update(article.all_labels())
    for marker in sorted(every):
        units = having[marker]
        if units >= asked[marker] > 0 and not any(_passage_without(article, marker) for article in articles):
            place = articles[0].place or Place(file=articles[0].corpus)
            message = (
                f"every article that was looked at has {marker}: with one class alone nothing can be learnt or measured"
            )
            yield Finding(place=place, kind="one_class", message=message)


def _passage_without(article: Article, marker: str) -> bool:
    return any(marker not in passage.labels for passage in article.passages) or bool(article.spans)
