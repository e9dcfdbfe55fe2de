"""Write labelled articles as corpus files."""

from __future__ import annotations

from typing import Any

from triage.domain.corpus import Article


def article_row(article: Article) -> dict[str, Any]:
    """Return an article as a row of a corpus file; reading the row back gives the same article."""
    row: dict[str, Any] = {"id": article.id, "group": article.group, "text": article.text}
    for key in ("title", "lang", "source", "date"):
        if value := getattr(article, key):
            row[key] = value
    row["labels"] = sorted(article.labels)
    row["passages"] = [
        {"start": part.start, "end": part.end, "labels": sorted(part.labels)} for part in article.passages
    ]
    row["spans"] = [{"start": span.start, "end": span.end, "label": span.label} for span in article.spans]
    if article.votes:
        row["votes"] = {marker: list(pair) for marker, pair in sorted(article.votes.items())}
    row["annotated"] = {str(level): list(patterns) for level, patterns in sorted(article.annotated.items())}
    return row


def article_line(article: Article) -> bytes:
    """Return an article as one line of a corpus file, with its line end."""
    import orjson

    return orjson.dumps(article_row(article), option=orjson.OPT_APPEND_NEWLINE)
