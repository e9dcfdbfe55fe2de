from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from layouts import TAXONOMY, articles, judged, lay, marked, remarks

from triage.corpora.formats import FORMATS, convert
from triage.domain.corpus import Article
from triage.domain.taxonomy import Level, is_marker_id
from triage.errors import ConfigError, CorpusError, InputError, UsageError

POST = {"id": "p1", "lang": "uk", "manipulative": True, "techniques": ["fud", "straw_man"]}
CLIMATE = "ID\tsource\tmbfc\tdate\ttext\tRE\tHI\tCO\tMO\tEC\n"


def lines(*rows: dict[str, object]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


# SemEval-2021


def test_memes_with_places_keep_them_and_the_finer_subtask_is_read(tmp_path: Path) -> None:
    row = {"id": "1", "text": "VOTE for salt 🧂 now"}
    place = {"start": 5, "end": 8, "technique": "Slogans", "text_fragment": "for"}
    folder = lay(
        tmp_path,
        {
            "training_set_task1.txt": json.dumps([{**row, "labels": ["Slogans"]}]),
            "training_set_task2.txt": json.dumps([{**row, "labels": [place]}]),
        },
    )

    [article] = articles("semeval2021", folder).values()
    assert marked(article) == [("for", "technique:Slogans")]
    assert set(article.annotated) == {Level.SPAN}


def test_memes_with_names_alone_are_judged_as_wholes(tmp_path: Path) -> None:
    rows = [{"id": "1", "text": "Salt!", "labels": ["Smears", "Transfer"]}, {"id": "2", "text": "Pepper!"}]
    found = articles("semeval2021", lay(tmp_path, {"dev_set_task1.txt": json.dumps(rows)}))

    assert judged(found["1"]) == [("Salt!", {"technique:Questioning_the_Reputation", "semeval2021:Transfer"})]
    assert set(found["1"].annotated) == {Level.PASSAGE}
    assert found["2"].annotated == {}


def test_labels_that_judge_the_picture_too_are_set_aside(tmp_path: Path) -> None:
    rows = [{"id": "1", "text": "Salt!", "image": "1.png", "labels": ["Smears"]}]
    [finding] = remarks("semeval2021", lay(tmp_path, {"training_set_task3.txt": json.dumps(rows)}))

    assert (finding.reason, finding.place.position) == ("subtask 3 judges text and picture together", 1)


# UNLP-2025


def test_a_telegram_posts_techniques_are_those_of_the_whole_and_its_spans_are_any(tmp_path: Path) -> None:
    [article] = articles(
        "unlp2025", lay(tmp_path, {"posts.jsonl": lines({**POST, "text": "Сіль зникне", "spans": [[0, 4]]})})
    ).values()

    assert judged(article) == [("Сіль зникне", {"unlp2025:FUD", "technique:Straw_Man"})]
    assert marked(article) == [("Сіль", "technique:Any")]
    assert article.annotated[Level.SPAN] == ("technique:Any",)
    assert len(article.annotated[Level.PASSAGE]) == 11


def test_a_manipulative_post_without_a_named_technique_has_any(tmp_path: Path) -> None:
    row = {**POST, "text": "Сіль", "techniques": []}
    [article] = articles("unlp2025", lay(tmp_path, {"posts.jsonl": lines(row)})).values()

    assert article.passages[0].labels == {"technique:Any"}


def test_parquet_with_the_organisers_columns_gives_the_same_article(tmp_path: Path) -> None:
    posts = [{**POST, "content": "Сіль зникне", "trigger_words": [[0, 4]]}, {**POST, "id": "p2", "content": "Ні"}]
    pq.write_table(
        pa.Table.from_pylist([{"trigger_words": None, **post} for post in posts]), tmp_path / "train.parquet"
    )

    found = articles("unlp2025", tmp_path)
    assert marked(found["p1"]) == [("Сіль", "technique:Any")]
    assert found["p2"].spans == ()


def test_a_span_past_the_end_is_cut_and_one_behind_it_set_aside(tmp_path: Path) -> None:
    folder = lay(tmp_path, {"posts.jsonl": lines({**POST, "text": "Сіль", "spans": [[2, 9], [4, 9]]})})

    assert marked(articles("unlp2025", folder)["p1"]) == [("ль", "technique:Any")]
    assert [finding.reason[:12] for finding in remarks("unlp2025", folder)] == ["cut off at t", "4-9 does not"]


# BABE


def test_a_sentence_is_biased_or_not_and_its_outlet_is_its_source(tmp_path: Path) -> None:
    table = (
        "text;news_link;outlet;topic;type;label_bias;label_opinion;biased_words\n"
        "\"The bunglers; they fell.\";x;The Marrowby Gazette;tolls;left;Biased;Entirely factual;['bunglers']\n"
        "The vote is on Monday.;x;Ostrell Post;tolls;right;Non-biased;Entirely factual;[]\n"
        "Well.;x;Ostrell Post;tolls;right;No agreement;Entirely factual;[]\n"
    )
    folder = lay(tmp_path, {"final_labels_SG2.csv": table})

    found = list(articles("babe", folder).values())
    assert [(judged(one), one.source) for one in found] == [
        ([("The bunglers; they fell.", {"bias:Biased"})], "The Marrowby Gazette"),
        ([("The vote is on Monday.", set())], "Ostrell Post"),
    ]
    assert {one.annotated[Level.PASSAGE] for one in found} == {("bias:Biased",)}
    [finding] = remarks("babe", folder)
    assert (finding.place.line, "No agreement" in finding.reason) == (4, True)


# GVFC


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("english.csv", ",ID,news_title,Q1 Relevant,Q3 Theme1,Q3 Theme2\n0,5,Pistols and polls,1,3,4\n"),
        ("fold.tsv", "5\tPistols and polls\ta\t0.0\t0.0\t1.0\t1.0\t0.0\t0.0\t0.0\t0.0\t0.0\n"),
        ("headlines.jsonl", lines({"id": "5", "text": "Pistols and polls", "frames": ["Politics", "Mental health"]})),
        ("headlines.jsonl", lines({"id": "5", "text": "Pistols and polls", "frame_codes": [3, 4]})),
    ],
)
def test_every_form_of_the_headlines_gives_the_same_article(tmp_path: Path, name: str, text: str) -> None:
    [article] = articles("gvfc", lay(tmp_path, {name: text})).values()

    assert (article.id, article.text, article.lang) == ("5", "Pistols and polls", "en")
    assert article.labels == {"frame:Political", "gvfc:Mental_health"}
    assert len(article.annotated[Level.ARTICLE]) == 9


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("0,5,Pistols,0,3,99", "its annotators found it not relevant"),
        ("0,5,Pistols,1,12,99", "its frames are no codes from 1 to 9"),
        ("0,5,Pistols,1,99,99", "its frames are no codes from 1 to 9"),
        ("0,5,,1,3,99", "the text is empty"),
        ("0,5,Pistols", "3 cells under 6 columns"),
        ('0,5,"Pistols', "a quotation mark is never closed"),
    ],
)
def test_a_headline_that_cannot_be_read_is_set_aside_and_the_next_is_not(tmp_path: Path, row: str, reason: str) -> None:
    table = f",ID,news_title,Q1 Relevant,Q3 Theme1,Q3 Theme2\n{row}\n1,6,Polls,1,7,99\n"
    folder = lay(tmp_path, {"english.csv": table})

    assert list(articles("gvfc", folder)) == ["6"]
    assert [(finding.reason, finding.place.line) for finding in remarks("gvfc", folder)] == [(reason, 2)]


# climate frames


def test_a_frame_whose_cell_is_lost_was_not_looked_for(tmp_path: Path) -> None:
    table = CLIMATE + '3\tThe Ostrell Post\tleft\t2019-05-01\t"Say ""dyke""."\tTrue\tFalse\t\tFalse)\tTrue\n'
    [article] = articles("climate-frames", lay(tmp_path, {"articles_metadata.tsv": table})).values()

    assert article.text == 'Say "dyke".'
    assert article.labels == {"climate-frames:Resolution", "frame:Economic"}
    assert "climate-frames:Conflict" not in article.annotated[Level.ARTICLE]
    assert "frame:Morality" in article.annotated[Level.ARTICLE]


def test_two_spellings_of_an_outlet_are_one_source(tmp_path: Path) -> None:
    rows = [{"id": str(n), "text": "x", "frames": [], "source": s} for n, s in enumerate(["The Post", "thepost"])]
    found = articles("climate-frames", lay(tmp_path, {"articles.jsonl": lines(*rows)}))

    assert {article.source for article in found.values()} == {"thepost"}
    assert all(len(article.annotated[Level.ARTICLE]) == 5 for article in found.values())


# ArMPro

PARAGRAPH = {"page_id": "w", "paragraph_id": "w_1", "paragraph": "الملح اختفى", "page_date": "2022-10-06T00:00:00Z"}
SALT = {"technique": "Loaded_Language", "text": "الملح", "start": 0, "end": 5}


@pytest.mark.parametrize(
    ("name", "cells", "labels", "level", "looked_for"),
    [
        ("span", {"labels": [SALT]}, {"technique:Loaded_Language"}, Level.SPAN, 24),
        ("span", {"labels": []}, set(), Level.SPAN, 24),
        ("multilabel", {"labels": ["Loaded_Language"]}, {"technique:Loaded_Language"}, Level.PASSAGE, 24),
        ("multilabel", {"labels": ["no_technique"]}, set(), Level.PASSAGE, 24),
        ("coarse", {"labels": ["Call"]}, {"armpro:Call"}, Level.PASSAGE, 2),
        ("binary", {"label": "true"}, set(), Level.PASSAGE, 1),
    ],
)
def test_each_grain_of_an_arabic_paragraph_says_what_it_looked_for(
    tmp_path: Path, name: str, cells: dict[str, object], labels: set[str], level: Level, looked_for: int
) -> None:
    folder = lay(tmp_path, {f"ArMPro_{name}_dev.jsonl": lines({**PARAGRAPH, **cells})})
    [article] = articles("armpro", folder).values()

    assert (article.id, article.group, article.lang, article.date) == ("w_1", "w", "ar", "2022-10-06")
    assert judged(article) == [("الملح اختفى", labels)]
    assert ("technique:Any" in article.passages[0].labels) == (
        cells not in ({"labels": []}, {"labels": ["no_technique"]})
    )
    assert {level: len(patterns) for level, patterns in article.annotated.items()} == {level: looked_for}


def test_of_a_folder_the_finest_grain_is_read(tmp_path: Path) -> None:
    files = {
        "binary/a_binary.jsonl": lines({**PARAGRAPH, "label": "true"}),
        "span/a_span.jsonl": lines({**PARAGRAPH, "labels": [SALT]}),
    }
    [article] = articles("armpro", lay(tmp_path, files)).values()

    assert marked(article) == [("الملح", "technique:Loaded_Language")]


# SlavicNLP

SENTENCES = "d.txt\t0\t4\tSůl!\nd.txt\t6\t15\tA co vosk?\n"


def test_sentences_are_gathered_into_documents_with_their_labels(tmp_path: Path) -> None:
    annotations = "d.txt\t0\t4\tSlogans\tAppeal_to_Pity\nd.txt\t6\t15\n"
    files = {"CS/sentences.txt": SENTENCES, "CS/subtask-2-annotations-full.txt": annotations}
    [article] = articles("slavic", lay(tmp_path, files)).values()

    assert (article.id, article.lang, article.text) == ("d.txt", "cs", "Sůl!\nA co vosk?")
    assert judged(article) == [("Sůl!", {"technique:Slogans", "slavic:Appeal_to_Pity"}), ("A co vosk?", set())]
    assert len(article.annotated[Level.PASSAGE]) == 26


def test_a_sentence_nobody_annotated_stays_in_the_text_and_is_no_passage(tmp_path: Path) -> None:
    files = {"CS/sentences.txt": SENTENCES, "CS/subtask-2-annotations-full.txt": "d.txt\t0\t4\tSlogans\n"}
    folder = lay(tmp_path, files)

    [article] = articles("slavic", folder).values()
    assert [words for words, _ in judged(article)] == ["Sůl!"]
    assert "vosk" in article.text
    [finding] = remarks("slavic", folder)
    assert finding.place.line == 2


def test_json_lines_of_sentences_in_any_order_give_the_same_document(tmp_path: Path) -> None:
    sentence = {"lang": "cs", "document": "d.txt"}
    rows = [
        {**sentence, "id": "b", "start": 6, "end": 15, "text": "A co vosk?", "techniques": []},
        {**sentence, "id": "a", "start": 0, "end": 4, "text": "Sůl!", "techniques": ["Slogans"]},
    ]
    [article] = articles("slavic", lay(tmp_path, {"sentences.jsonl": lines(*rows)})).values()

    assert judged(article) == [("Sůl!", {"technique:Slogans"}), ("A co vosk?", set())]


# all


def test_an_unknown_layout_a_missing_path_and_a_folder_of_other_files_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="use one of ptc, semeval2023"):
        list(convert("brat", tmp_path, TAXONOMY))
    with pytest.raises(InputError, match="does not exist"):
        list(convert("ptc", tmp_path / "none", TAXONOMY))
    with pytest.raises(CorpusError, match=r"holds no \.csv"):
        list(convert("babe", tmp_path, TAXONOMY))


def test_a_taxonomy_without_the_mapping_is_one_clear_line(tmp_path: Path) -> None:
    from triage.domain.taxonomy import Taxonomy

    with pytest.raises(ConfigError, match=r"mappings/unlp2025\.toml"):
        list(convert("unlp2025", lay(tmp_path, {"posts.jsonl": lines(POST)}), Taxonomy()))


def test_a_line_that_is_no_object_is_set_aside_with_its_place(tmp_path: Path) -> None:
    folder = lay(tmp_path, {"posts.jsonl": '{"id": 1\n\n[]\n' + lines({**POST, "text": "Сіль"}, {**POST, "text": " "})})

    assert list(articles("unlp2025", folder)) == ["p1"]
    assert [(f.place.line, f.reason.split(":")[0]) for f in remarks("unlp2025", folder)] == [
        (1, "no valid JSON"),
        (3, "no object"),
        (5, "the text is empty"),
    ]


@pytest.mark.parametrize(("name", "count"), [("armpro", 23), ("slavic", 25), ("gvfc", 9), ("climate-frames", 5)])
def test_every_label_of_a_corpus_maps_to_a_known_marker_or_one_of_its_own(name: str, count: int) -> None:
    label_map = TAXONOMY.maps[name]

    assert len(label_map.labels) == count
    markers = [marker for group in label_map.labels.values() for marker in group]
    assert all(is_marker_id(marker) for marker in markers)
    assert [m for m in markers if m not in TAXONOMY.markers and not m.startswith(f"{name}:")] == []


def test_the_twelve_layouts_of_the_contract_are_there() -> None:
    assert " ".join(FORMATS) == (
        "ptc semeval2023 semeval2021 unlp2025 babe gvfc climate-frames armpro slavic label-studio doccano csv"
    )


def test_an_article_without_an_id_is_set_aside(tmp_path: Path) -> None:
    rows = lines({"text": "Сіль", "techniques": []})
    outcomes = list(convert("unlp2025", lay(tmp_path, {"posts.jsonl": rows}), TAXONOMY))

    assert not any(isinstance(outcome, Article) for outcome in outcomes)
