"""The marker model: texts in, calibrated probabilities with their evidence out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from triage.domain.score import MarkedSpan, TextScore, Warn
from triage.learn.documents import Document
from triage.learn.heads import Head
from triage.learn.scoring import score_documents
from triage.text.language import identify, primary
from triage.text.length import is_too_short

if TYPE_CHECKING:
    import pandas as pd

    from triage.learn.fused_heads import FusedHeads
    from triage.learn.spans.marking import Marking

BATCH = 256  # texts scored at once
LEAST = 10  # articles of a language, without which it does not count as trained on
UNKNOWN = "und"


@dataclass(frozen=True)
class MarkerModel:
    """Scores texts for persuasion techniques and frames.

    `passage` judges passages, and through the likeliest of them the text; `article` judges whole texts; `marking` finds
    the words that carry a technique. `manifest` is what the card and the stored model say of the training: corpora,
    languages, seed, figures.
    """

    id: str
    passage: Head | None
    article: Head | None
    manifest: Mapping[str, Any] = field(default_factory=dict)
    marking: Marking | None = None

    @cached_property
    def fused(self) -> FusedHeads:
        """The heads as the kernels read them, compiled once."""
        from triage.learn.fused_heads import FusedHeads

        return FusedHeads.compiled(*(head.linear if head else None for head in (self.passage, self.article)))

    @property
    def heads(self) -> tuple[Head, ...]:
        """The parts that there are, passages first."""
        return tuple(head for head in (self.passage, self.article) if head)

    @property
    def markers(self) -> tuple[str, ...]:
        """Every marker that the model scores."""
        return tuple(marker for head in self.heads for marker in head.markers)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the model was trained on (ISO 639-1), with at least ten articles each."""
        return tuple(lang for lang, count in self.manifest.get("languages", {}).items() if count >= LEAST)

    def score_texts(
        self,
        texts: Sequence[str],
        langs: Sequence[str] | None = None,
        *,
        evidence: bool = True,
        passages: bool = False,
        warnings: Sequence[Sequence[str]] | None = None,
    ) -> list[TextScore]:
        """Return a score for each text, in order.

        `langs` are language tags such as "en" or "zh-Hant"; where one is missing or none the language is identified.
        `warnings` are those that the reader of a text already has, one sequence a text. `passages` adds the scores of
        every piece.
        """
        scores: list[TextScore] = []
        for begin in range(0, len(texts), BATCH):
            part = slice(begin, begin + BATCH)
            documents = [
                Document(text, primary(langs[begin + at] if langs else "") or identify(text)[0])
                for at, text in enumerate(texts[part])
            ]
            given = warnings[part] if warnings else [()] * len(documents)
            scores += score_documents(self, documents, given, evidence=evidence, passages=passages)
        return scores

    def score(self, texts: Sequence[str] | pd.Series[str] | pd.DataFrame) -> pd.DataFrame:
        """Return the calibrated probabilities, one row a text (under the index given) and one column a marker.

        A frame needs a column `text` and may have `lang`.
        """
        import pandas as pd

        frame = texts if isinstance(texts, pd.DataFrame) else pd.DataFrame({"text": texts})
        langs = frame["lang"].fillna("").tolist() if "lang" in frame else None
        scores = self.score_texts(frame["text"].fillna("").tolist(), langs, evidence=False)
        rows = [[score.markers[marker] for marker in self.markers] for score in scores]
        return pd.DataFrame(rows, index=frame.index, columns=list(self.markers), dtype=float)

    def explain(self, text: str, lang: str = "") -> TextScore:
        """Return the score of one text with its evidence and all its passages."""
        return self.score_texts([text], [lang], passages=True)[0]

    def spans(self, text: str, lang: str = "") -> list[MarkedSpan]:
        """Return the words of a text that carry a technique, in order, each with its likeliest one.

        Empty where the model was not trained to find spans, or the numbers must not be relied on.
        """
        from triage.learn.spans.marking import mark

        document = Document(text, primary(lang) or identify(text)[0])
        if self.marking is None or self.warnings_of(document):
            return []
        return mark(self.marking, self.passage, [document])[0]

    def warnings_of(self, document: Document) -> list[str]:
        """Return why the numbers of a text must not be relied on."""
        if not document.folded.text.strip():
            return [Warn.NO_TEXT.value]
        reasons = []
        if is_too_short(document.text):
            reasons.append(Warn.TOO_SHORT.value)
        if document.lang == UNKNOWN:
            reasons.append(Warn.LANGUAGE_UNKNOWN.value)
        elif document.lang not in self.languages:
            reasons.append(Warn.LANGUAGE_NOT_TRAINED.value)
        return reasons
