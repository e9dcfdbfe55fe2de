from __future__ import annotations

from pathlib import Path

from layouts import articles, judged, lay, marked, remarks

from triage.domain.taxonomy import Level

TEXT = "Ein Deich\n\nNur Feiglinge lassen ihn verfallen.\nAm Montag wird abgestimmt."  # no final line end
LABELS = "12\t1\t\n12\t3\tName_Calling-Labeling,Doubt\n12\t4\t\n"


def german(text: str = TEXT, **labels: str) -> dict[str, str]:
    """Return a German training part; a label file by the end of its name, underscores read as hyphens."""
    folders = {f"ge/train-articles-subtask-{task}/article12.txt": text for task in (1, 2, 3)}
    files = {f"ge/train-labels-subtask-{name[1:].replace('_', '-')}.txt": rows for name, rows in labels.items()}
    return {**folders, **files}


def test_genre_frames_and_techniques_of_an_article_come_together(tmp_path: Path) -> None:
    folder = lay(tmp_path, german(_1="12\topinion\n", _2="12\tEconomic,Morality\n", _3=LABELS))
    [article] = articles("semeval2023", folder).values()

    assert article.lang == "de"
    assert article.labels == {"genre:opinion", "frame:Economic", "frame:Morality"}
    assert judged(article) == [
        ("Ein Deich", set()),
        ("Nur Feiglinge lassen ihn verfallen.", {"technique:Name_Calling-Labeling", "technique:Doubt"}),
        ("Am Montag wird abgestimmt.", set()),
    ]
    assert article.annotated == {Level.ARTICLE: ("genre:*", "frame:*"), Level.PASSAGE: ("technique:*",)}


def test_what_a_label_file_does_not_speak_of_is_missing_and_not_negative(tmp_path: Path) -> None:
    folder = lay(tmp_path, german(_2="12\tEconomic\n"))

    assert articles("semeval2023", folder)["12"].annotated == {Level.ARTICLE: ("frame:*",)}


def test_four_techniques_were_not_looked_for_in_english(tmp_path: Path) -> None:
    files = {"en/train-articles-subtask-3/article5.txt": TEXT, "en/train-labels-subtask-3.txt": "5\t3\tDoubt\n"}
    [article] = articles("semeval2023", lay(tmp_path, files)).values()

    assert "technique:Doubt" in article.annotated[Level.PASSAGE]
    assert "technique:Appeal_to_Time" not in article.annotated[Level.PASSAGE]
    assert len(article.annotated[Level.PASSAGE]) == 19 + 1


def test_a_corrupt_label_is_named_and_its_line_is_left_out_when_nothing_else_is_known_of_it(tmp_path: Path) -> None:
    folder = lay(tmp_path, german(_3="12\t1\t\n12\t3\tDo\x00bt,Doubt\n12\t4\tLoaded_Lang\n"))

    first, second = remarks("semeval2023", folder)
    assert (first.place.line, second.place.line) == (2, 3)
    assert second.reason == '"Loaded_Lang" is no technique'
    assert [labels for _, labels in judged(articles("semeval2023", folder)["12"])] == [set(), {"technique:Doubt"}]


def test_a_line_number_past_the_article_is_named_and_an_empty_line_without_labels_is_not(tmp_path: Path) -> None:
    [finding] = remarks("semeval2023", lay(tmp_path, german(_3=LABELS + "12\t2\t\n12\t9\t\n")))

    assert finding.reason == "article 12 has nothing in line 9"


def test_a_label_of_an_empty_line_is_named(tmp_path: Path) -> None:
    [finding] = remarks("semeval2023", lay(tmp_path, german(_3=LABELS + "12\t2\tDoubt\n")))

    assert (finding.place.line, finding.raw) == (4, "technique:Doubt")


def test_offsets_that_count_both_characters_of_a_line_end_are_moved(tmp_path: Path) -> None:
    windows = TEXT.replace("\n", "\r\n")
    row = f"12\tName_Calling-Labeling\t{windows.index('Feiglinge')}\t{windows.index(' lassen')}\n"
    folder = lay(tmp_path, german(windows, _3=LABELS, _3_spans=row))
    [article] = articles("semeval2023", folder).values()

    assert article.text == TEXT
    assert marked(article) == [("Feiglinge", "technique:Name_Calling-Labeling")]
    assert judged(article)[-1][0] == "Am Montag wird abgestimmt."
    assert "offsets were moved" in remarks("semeval2023", folder)[0].reason


def test_offsets_that_count_a_line_end_of_two_characters_as_one_are_kept(tmp_path: Path) -> None:
    row = f"12\tName_Calling-Labeling\t{TEXT.index('Feiglinge')}\t{TEXT.index(' lassen')}\n"
    folder = lay(tmp_path, german(TEXT.replace("\n", "\r\n"), _3=LABELS, _3_spans=row))

    assert marked(articles("semeval2023", folder)["12"]) == [("Feiglinge", "technique:Name_Calling-Labeling")]


def test_spans_say_that_techniques_were_looked_for_in_spans_too(tmp_path: Path) -> None:
    folder = lay(tmp_path, german(_3=LABELS, _3_spans="12\tDoubt\t0\t3\n"))

    annotated = articles("semeval2023", folder)["12"].annotated
    assert annotated == {Level.SPAN: ("technique:*",), Level.PASSAGE: ("technique:*",)}


def test_an_unlabelled_part_gives_its_lines_and_is_annotated_for_nothing(tmp_path: Path) -> None:
    folder = lay(tmp_path, {"ru/test-articles-subtask-3/article1.txt": TEXT})
    [article] = articles("semeval2023", folder).values()

    assert (article.lang, article.annotated, len(article.passages)) == ("ru", {}, 3)


def test_one_language_or_one_split_is_read_alone(tmp_path: Path) -> None:
    files = {**german(_3=LABELS), "ge/dev-articles-subtask-3/article13.txt": TEXT}
    folder = lay(tmp_path, {**files, "po/train-articles-subtask-3/article14.txt": TEXT})

    assert list(articles("semeval2023", folder)) == ["13", "12", "14"]
    assert list(articles("semeval2023", folder / "po")) == ["14"]
    assert list(articles("semeval2023", folder, "dev")) == ["13"]
    assert list(articles("semeval2023", folder / "ge" / "dev-articles-subtask-3")) == ["13"]


def test_an_id_in_two_languages_is_two_articles(tmp_path: Path) -> None:
    files = {f"{lang}/train-articles-subtask-3/article1.txt": TEXT for lang in ("it", "fr")}

    assert list(articles("semeval2023", lay(tmp_path, files))) == ["fr-1", "it-1"]
