"""The card of a model: what it was trained on, how far it can be relied on, and what it is not, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from triage.learn.model import MarkerModel

_SHOWN = (
    ("micro_f1", "micro-F1"),
    ("macro_f1", "macro-F1"),
    ("ap", "AP"),
    ("auc", "AUC"),
    ("auc_length_stratified", "AUC, length-stratified"),
    ("ece", "ECE"),
    ("brier_skill", "Brier skill"),
)
_SPANS = (("span_f1", "F1 of spans"), ("technique_given_span", "technique of a given span"))
_FEW = 50


def card(model: MarkerModel) -> str:
    """Return the card as Markdown."""
    return "\n".join(_lines(model.id, model.manifest)) + "\n"


def figure(value: float | None, digits: int = 3) -> str:
    """Return a figure as it is printed; a dash where it could not be measured.

    >>> figure(0.25), figure(None)
    ('.250', '–')
    """
    return "–" if value is None else f"{value:.{digits}f}".replace("0.", ".", 1)


def comparison(report: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of a table: each figure with its interval, beside the trivial baselines."""
    trivial: Mapping[str, Mapping[str, float | None]] = report["baselines"]
    rows = []
    for key, name in _shown(report):
        low, high = report["intervals"].get(key, (None, None))
        interval = "" if low is None else f"{figure(low)} to {figure(high)}"
        rows.append([name, figure(report["overall"][key]), interval, *(figure(base[key]) for base in trivial.values())])
    return ["", "model", "95 %", *trivial], rows


def _shown(report: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return (*_SPANS, *_SHOWN) if report["level"] == "span" else _SHOWN


def _lines(ident: str, manifest: Mapping[str, Any]) -> Iterator[str]:
    languages: Mapping[str, int] = manifest["languages"]
    yield f"# {ident}"
    yield ""
    yield (
        "A marker model: for a text it gives, for each persuasion technique and media frame it knows, the probability "
        "that trained annotators would mark it. It reads style and framing. It does not know what is true, and a high "
        "score is no verdict on a text or its author: a person decides."
    )
    yield from ("", "## Trained on", "")
    yield f"{manifest['articles']} labelled articles: {_listed(languages)}."
    yield f"Seed {manifest['seed']}; out-of-fold figures from {manifest['folds']} folds with groups kept whole."
    yield from ("", "| corpus (SHA-256) | articles |", "|---|---|")
    for corpus in sorted(manifest["corpora"], key=lambda one: str(one["sha256"])):
        yield f"| `{corpus['sha256'][:16]}…` | {corpus['articles']} |"
    if manifest["left_out"]:
        yield ""
        yield f"Looked for, but with too few examples to learn: {_listed(manifest['left_out'])}."
    for level, report in manifest["figures"].items():
        yield from ("", f"## How good: {level}s ({report['n']})", "")
        header, rows = comparison(report)
        yield from _table(header, rows)
        yield from ("", f"### By language, {level}s", "")
        by_lang: Mapping[str, Any] = report["by_lang"]
        header = ["language", "n", *(name for _, name in _shown(report))]
        yield from _table(
            header,
            [[lang, str(own["n"]), *(figure(own[key]) for key, _ in _shown(report))] for lang, own in by_lang.items()],
        )
    yield from _limits(languages)


def _limits(languages: Mapping[str, int]) -> Iterator[str]:
    few = [lang for lang, articles in languages.items() if articles < _FEW]
    yield from ("", "## Limits", "")
    yield (
        f"- Reliable, if at all, in {', '.join(languages) or 'no language'}. Texts in another language, or under five "
        "words, get a number with a warning; nothing is found in them and urgency ignores them."
    )
    if few:
        yield f"- Fewer than {_FEW} articles in {', '.join(few)}: expect more mistakes there."
    yield "- It sees words and letters, not meaning: irony, allusion and images escape it; a new topic may mislead it."
    yield "- The baselines above need no reading. Where the model is not clearly over them, do not rely on it."
    yield "- Frequent words of the training articles may stand in for what was meant; look at the evidence."
    yield from ("", "## Not for", "")
    yield "Removing, ranking down or punishing anything by itself; judging persons or outlets."


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield "|---" * len(header) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
