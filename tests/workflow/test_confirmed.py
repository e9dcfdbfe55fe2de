from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from learning_desk import Told, decide_all
from sample_corpus import DOUBT, ECONOMIC, LOADED, rows, taxonomy, write
from sample_desk import NOW, report, take

from triage.domain.case import Verdict
from triage.domain.taxonomy import Level
from triage.errors import CorpusError, NotEnoughLabels
from triage.learn.artefact import load
from triage.store import snapshots
from triage.workflow.confirmed import articles_of, rows_of
from triage.workflow.database import Desk
from triage.workflow.lessons import decided_cases
from triage.workflow.purge import erase_reporter
from triage.workflow.rebuild import lost, rebuild
from triage.workflow.retrain import Candidate, has_confirmed, retrain
from triage.workflow.train import train

TEXTS = {row["text"]: row for row in rows(30, seed=7)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus and a model of it."""
    home = tmp_path_factory.mktemp("home")
    write(home / "old.jsonl", rows(48))
    train([home / "old.jsonl"], home / "first", taxonomy(), now=NOW)
    return home


@pytest.fixture
def marked(desk: Desk) -> Iterator[Desk]:
    """A desk whose moderators spoke of Doubt in every case and of Loaded Language in every third."""
    take(
        desk,
        [
            report(f"r{at}", text=text, lang=row["lang"], subject=str(at), reporter="p-1" if at == 3 else None)
            for at, (text, row) in enumerate(TEXTS.items())
        ],
    )
    decide_all(desk, ("ann", "ben"), says)
    yield desk


def says(text: str, _moderator: str) -> Told:
    found = {label for passage in TEXTS[text]["passages"] for label in passage["labels"]}
    spoken = [DOUBT, *([LOADED] if list(TEXTS).index(text) % 3 == 0 else [])]
    verdict = Verdict.DISINFORMATION if found else Verdict.NOT_DISINFORMATION
    return Told(
        verdict,
        confirmed=tuple(one for one in spoken if one in found),
        struck=tuple(one for one in spoken if one not in found),
    )


def fit(desk: Desk, home: Path, shelf: Path, active: str | Path = "first") -> Candidate:
    return retrain(home / active, [], shelf, taxonomy(), now=NOW, jobs=1, desk=desk, by="ann")


def test_only_the_markers_that_were_spoken_of_are_labels_of_a_case(marked: Desk) -> None:
    with marked.reading() as connection:
        decided = rows_of(decided_cases(connection, marked.identity.id), marked.identity.id)
        articles, gone = articles_of(connection, decided, marked.identity.id)

    assert (len(articles), gone) == (30, [])
    for article in articles:
        at = list(TEXTS).index(article.text)
        assert set(article.annotated[Level.ARTICLE]) == ({DOUBT, LOADED} if at % 3 == 0 else {DOUBT})
        assert article.labels <= set(article.annotated[Level.ARTICLE])
        assert (DOUBT in article.labels) == (
            DOUBT in {m for part in TEXTS[article.text]["passages"] for m in part["labels"]}
        )
        assert ECONOMIC not in article.annotated[Level.ARTICLE]


def test_a_marker_model_learns_what_moderators_confirmed_and_is_rebuilt_from_its_snapshot(
    marked: Desk, home: Path, tmp_path: Path
) -> None:
    assert has_confirmed(marked, home / "first")

    made = fit(marked, home, tmp_path)

    manifest = load(made.folder).manifest
    assert manifest["articles"] == 48 + 24  # a fifth of the cases is held out
    assert Path(manifest["corpora"][0]["path"]).name == "old.jsonl"
    assert manifest["corpora"][1]["path"].startswith("snapshot:")
    assert made.comparison["decided"]["cases"] == 6
    again = rebuild(marked, made.model.id, shelf=tmp_path, taxonomy=taxonomy(), jobs=1)
    assert (again.model, again.is_same) == (made.model.id, True)
    assert not has_confirmed(marked, made.folder)
    with pytest.raises(CorpusError, match="trained on these labels already"):
        fit(marked, home, tmp_path, made.folder)


def test_erased_text_is_missed_and_is_in_no_later_training_set(marked: Desk, home: Path, tmp_path: Path) -> None:
    made = fit(marked, home, tmp_path)
    ident = made.model.manifest["corpora"][1]["path"].removeprefix("snapshot:")

    erase_reporter(marked, "p-1", by="ann", now=NOW)

    assert "lost 1 of 24 cases" in lost(marked, ident)
    with pytest.raises(NotEnoughLabels, match="lost 1 of 24 cases"):
        rebuild(marked, ident, shelf=tmp_path, taxonomy=taxonomy(), jobs=1)
    assert has_confirmed(marked, made.folder)
    with marked.reading() as connection:
        rows_left = rows_of(decided_cases(connection, marked.identity.id), marked.identity.id)
    assert len(rows_left) == 29


def test_a_model_that_learnt_from_other_decisions_is_refused_by_name(marked: Desk, home: Path, tmp_path: Path) -> None:
    made = fit(marked, home, tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "find", lambda connection, ident: None)

        with pytest.raises(CorpusError, match=r"learnt from decisions that .* does not have \(snapshot"):
            fit(marked, home, tmp_path, made.folder)
