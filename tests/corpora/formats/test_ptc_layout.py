from __future__ import annotations

from pathlib import Path

import pytest
from layouts import articles, judged, lay, marked, remarks

from triage.domain.taxonomy import Level
from triage.errors import CorpusError

TEXT = "Tarvick's toll\n\nOnly a coward would leave the dyke 🌊 alone.\nThe vote is on Monday.\n"
LABEL = f"7\tName_Calling,Labeling\t{TEXT.index('a coward')}\t{TEXT.index(' would')}\n"
WAVE = f"7\tWhataboutism,Straw_Men,Red_Herring\t{TEXT.index('🌊')}\t{TEXT.index('🌊') + 1}\n"
PTC = {"train-articles/article7.txt": TEXT, "train-task2-TC.labels": LABEL + WAVE}


def test_offsets_are_code_points_of_the_whole_file_with_its_title(tmp_path: Path) -> None:
    [article] = articles("ptc", lay(tmp_path, PTC)).values()

    assert article.text == TEXT
    assert marked(article) == [
        ("a coward", "technique:Name_Calling-Labeling"),
        ("🌊", "ptc:Whataboutism-Straw_Man-Red_Herring"),
    ]


def test_lines_are_passages_with_the_labels_of_the_spans_in_them(tmp_path: Path) -> None:
    [article] = articles("ptc", lay(tmp_path, PTC)).values()

    assert [(words[:8], len(labels)) for words, labels in judged(article)] == [
        ("Tarvick'", 0),
        ("Only a c", 2),
        ("The vote", 0),
    ]


def test_what_was_looked_for_are_the_fourteen_classes_and_any_technique(tmp_path: Path) -> None:
    [article] = articles("ptc", lay(tmp_path, PTC)).values()

    assert len(article.annotated[Level.SPAN]) == 15
    assert "technique:Straw_Man" not in article.annotated[Level.SPAN]
    assert "technique:Any" in article.annotated[Level.SPAN]


def test_labels_in_one_file_an_article_and_in_one_file_a_split_are_the_same_labels(tmp_path: Path) -> None:
    both = {**PTC, "train-labels-task2-technique-classification/article7.task2-TC.labels": LABEL}
    once = articles("ptc", lay(tmp_path / "once", PTC))["7"].spans

    assert articles("ptc", lay(tmp_path / "both", both))["7"].spans == once


def test_a_label_file_without_rows_says_nothing_found_and_no_label_file_says_nothing(tmp_path: Path) -> None:
    folder = lay(
        tmp_path,
        {
            "train-articles/article7.txt": TEXT,
            "train-articles/article8.txt": TEXT,
            "train-labels-task2-technique-classification/article7.task2-TC.labels": "",
        },
    )

    found = articles("ptc", folder)
    assert found["7"].annotated
    assert not found["8"].annotated


def test_the_label_file_of_one_split_says_nothing_of_another(tmp_path: Path) -> None:
    found = articles("ptc", lay(tmp_path, {**PTC, "dev-articles/article9.txt": TEXT}))

    assert found["7"].annotated
    assert not found["9"].annotated


def test_places_without_technique_are_any_technique(tmp_path: Path) -> None:
    files = {"dev-articles/article7.txt": TEXT, "dev-task1-SI.labels": "7\t16\t20\n"}
    [article] = articles("ptc", lay(tmp_path, files)).values()

    assert marked(article) == [("Only", "technique:Any")]
    assert article.annotated == {Level.SPAN: ("technique:Any",)}


def test_an_article_in_two_splits_is_given_once_and_named(tmp_path: Path) -> None:
    folder = lay(tmp_path, {**PTC, "dev-articles/article7.txt": TEXT})

    assert list(articles("ptc", folder)) == ["7"]
    [finding] = remarks("ptc", folder)
    assert finding.reason.startswith("article 7 stands at ")


def test_one_split_is_read_alone(tmp_path: Path) -> None:
    folder = lay(tmp_path, {**PTC, "dev-articles/article9.txt": TEXT})

    assert list(articles("ptc", folder, "dev")) == ["9"]
    assert list(articles("ptc", folder / "dev-articles")) == ["9"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("7\tDoubt\t3000\t3010", "does not lie in the text"),
        ("7\tDoubt\t20\t10", "is no stretch of text"),
        ("7\tDoubt\t60\t9999", "cut off at the end"),
        ("7\tDoubt\tx\t12", "no row of article"),
        ("8\tDoubt\t1\t12", "there is no article 8"),
        (LABEL.strip(), "the same row stands at"),
    ],
)
def test_a_row_that_does_not_fit_is_named_with_file_and_line(tmp_path: Path, row: str, reason: str) -> None:
    folder = lay(tmp_path, {**PTC, "train-task2-TC.labels": f"{LABEL}{row}\n"})

    [finding] = remarks("ptc", folder)
    assert reason in finding.reason
    assert str(finding.place) == f"{folder / 'train-task2-TC.labels'} line 2"


def test_a_technique_that_does_not_map_stays_a_marker_of_ptcs_own(tmp_path: Path) -> None:
    folder = lay(tmp_path, {**PTC, "train-task2-TC.labels": "7\tBrand New\t0\t7\n"})

    assert marked(articles("ptc", folder)["7"]) == [("Tarvick", "ptc:Brand_New")]


def test_a_folder_without_articles_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="holds no folder train-articles"):
        articles("ptc", lay(tmp_path, {"notes.txt": "x"}))
