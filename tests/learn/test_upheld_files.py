from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from test_lessons import honest, lesson

from triage.errors import ModelRefused
from triage.learn.artefact import read_manifest
from triage.learn.lessons import teach
from triage.learn.upheld import UpheldModel
from triage.learn.upheld_files import load, save, seal

SEEN = [lesson(at, honest).seen for at in range(200, 230)]


@pytest.fixture(scope="module")
def model() -> UpheldModel:
    return seal(teach([lesson(at, honest) for at in range(100)]).model, {"snapshot": "s"})


def test_a_stored_model_says_what_it_said(model: UpheldModel, tmp_path: Path) -> None:
    again = load(save(model, tmp_path / "m"))

    assert again.id == model.id
    assert np.array_equal(again.probabilities(SEEN), model.probabilities(SEEN))


@pytest.mark.parametrize("name", ["weights.npy", "card.md", "manifest.json", "manifest.sha256", "idf.npy"])
def test_a_changed_byte_is_refused_before_anything_is_parsed(model: UpheldModel, tmp_path: Path, name: str) -> None:
    file = save(model, tmp_path / "m") / name
    data = bytearray(file.read_bytes())
    data[-2] ^= 1
    file.write_bytes(data)

    with pytest.raises(ModelRefused):
        load(tmp_path / "m")


def test_a_missing_file_is_refused(model: UpheldModel, tmp_path: Path) -> None:
    (save(model, tmp_path / "m") / "weights.npy").unlink()

    with pytest.raises(ModelRefused, match="cannot be read"):
        load(tmp_path / "m")


def test_the_two_kinds_of_model_are_not_taken_for_each_other(model: UpheldModel, tmp_path: Path) -> None:
    save(model, tmp_path / "m")

    with pytest.raises(ModelRefused):
        read_manifest(tmp_path / "m" / "..")
    assert model.id.startswith("priority-")


def test_no_file_holds_a_pickle(model: UpheldModel, tmp_path: Path) -> None:
    folder = save(model, tmp_path / "m")

    for file in folder.glob("*.npy"):
        assert np.load(file, allow_pickle=False).dtype != object


def test_a_language_without_decisions_has_a_warning(model: UpheldModel) -> None:
    from dataclasses import replace

    known, other, none = model.score_cases([SEEN[0], replace(SEEN[0], lang="uk"), replace(SEEN[0], lang="und")])

    assert known.warnings == ()
    assert other.warnings == ("language_not_trained",)
    assert none.warnings == ("language_unknown",)
