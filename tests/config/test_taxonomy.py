from __future__ import annotations

from pathlib import Path

import pytest

from triage.config.taxonomy import load_taxonomy
from triage.domain.taxonomy import ANY_TECHNIQUE, Level
from triage.errors import ConfigError, UsageError

SHIPPED = load_taxonomy()


def team(folder: Path, text: str) -> Path:
    (folder / "taxonomy").mkdir()
    (folder / "taxonomy" / "ours.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_techniques_of_semeval_2023_stand_in_their_six_groups() -> None:
    groups: dict[str, int] = {}
    for marker in SHIPPED.members("technique"):
        if not SHIPPED.is_summary(marker):
            group = SHIPPED.markers[marker].group
            groups[group] = groups.get(group, 0) + 1

    assert groups == {
        "Attack on reputation": 5,
        "Justification": 5,
        "Simplification": 3,
        "Distraction": 3,
        "Call": 3,
        "Manipulative wording": 4,
    }


def test_there_are_fourteen_frames_and_three_exclusive_genres_on_articles() -> None:
    assert len(SHIPPED.members("frame")) == 14
    assert SHIPPED.members("genre") == ("genre:reporting", "genre:opinion", "genre:satire")
    assert SHIPPED.is_exclusive("genre")
    assert not SHIPPED.is_exclusive("frame")
    assert {SHIPPED.level(marker) for marker in SHIPPED.members("frame")} == {Level.ARTICLE}


def test_every_marker_but_the_summary_has_a_definition_and_an_example() -> None:
    bare = [m.id for m in SHIPPED.markers.values() if not m.definition or not (m.example or m.summary)]

    assert bare == []


def test_any_technique_is_a_summary() -> None:
    assert SHIPPED.is_summary(ANY_TECHNIQUE)


@pytest.mark.parametrize(("name", "count"), [("ptc", 14), ("semeval2021", 20), ("unlp2025", 10)])
def test_a_map_covers_every_label_of_its_corpus_with_known_or_own_markers(name: str, count: int) -> None:
    labels = SHIPPED.maps[name].labels

    assert len(labels) == count
    strange = [m for markers in labels.values() for m in markers if m not in SHIPPED.markers and m[: len(name)] != name]
    assert strange == []


def test_a_label_that_does_not_map_stays_a_marker_of_the_maps_own_family() -> None:
    assert SHIPPED.maps["ptc"].markers("Brand new, thing") == ("ptc:Brand_new-_thing",)


def test_a_team_adds_a_family_of_its_own(tmp_path: Path) -> None:
    home = team(
        tmp_path,
        '[[family]]\nid = "bias"\nname = "Bias"\nlevel = "passage"\n'
        '[[marker]]\nid = "bias:Biased"\nname = "Biased"\nlevel = "passage"\n',
    )

    assert load_taxonomy(home).members("bias") == ("bias:Biased",)
    assert len(load_taxonomy(home).members("frame")) == 14


def test_a_pattern_names_known_markers_and_those_of_the_training_files() -> None:
    assert SHIPPED.expand(["bias:*"], ["bias:Biased", "frame:Economic"]) == {"bias:Biased"}
    assert len(SHIPPED.expand(["genre:*"])) == 3
    with pytest.raises(UsageError, match="Doubt"):
        SHIPPED.expand(["Doubt"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[marker]]\nid = "technique:Doubt"\nname = "Doubt"\nlevel = "passage"\n', "technique:Doubt twice"),
        ('[[marker]]\nid = "bias:A"\nname = "A"\n', "lacks level"),
        ('[[marker]]\nid = "bias:A"\nname = "A"\nlevel = "page"\n', '"page" is no level'),
        ('[[marker]]\nid = "biased"\nname = "A"\nlevel = "span"\n', '"biased" is no marker id'),
        ('[marker]\nid = "bias:A"\n', "array of tables"),
        ("[[marker", "ours.toml"),
    ],
)
def test_a_broken_family_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_taxonomy(team(tmp_path, text))

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
