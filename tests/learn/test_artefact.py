from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sample_corpus import articles

from triage.errors import ModelRefused, OutputError
from triage.learn.artefact import load, save
from triage.learn.card import card
from triage.learn.model import MarkerModel

FILES = [
    "card.md",
    "manifest.json",
    "manifest.sha256",
    *(
        f"{head}.{array}.npy"
        for head in ("passage", "article")
        for array in ("columns", "idf", "mean", "scale", "weights", "steps", "intercept")
    ),
]


@pytest.fixture(scope="module")
def stored(model: MarkerModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(model, tmp_path_factory.mktemp("models") / "first", card(model))


@pytest.fixture
def copy(stored: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stored, tmp_path / "copy"))


def test_a_stored_model_scores_as_it_did_to_the_last_bit(model: MarkerModel, stored: Path) -> None:
    texts = [article.text for article in articles(6, seed=3)]

    assert load(stored).score_texts(texts) == model.score_texts(texts)


def test_the_folder_holds_what_is_expected_and_nothing_pickled(stored: Path) -> None:
    assert sorted(path.name for path in stored.iterdir()) == sorted(FILES)
    for path in stored.glob("*.npy"):
        assert path.read_bytes().startswith(b"\x93NUMPY")


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_in_any_file_is_refused(copy: Path, name: str) -> None:
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(bytes(data))

    with pytest.raises(ModelRefused, match=name.replace("sha256", "json")):
        load(copy)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(copy: Path, name: str) -> None:
    (copy / name).unlink()

    with pytest.raises(ModelRefused, match=name):
        load(copy)


def test_an_unknown_format_is_refused(copy: Path) -> None:
    reseal(copy, format=99)

    with pytest.raises(ModelRefused, match="format 99 is not known"):
        load(copy)


def test_features_of_another_version_are_refused(copy: Path) -> None:
    reseal(copy, features={"n_features": 4})

    with pytest.raises(ModelRefused, match="another version"):
        load(copy)


def test_an_existing_folder_is_left_alone(model: MarkerModel, copy: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="exists already"):
        save(model, copy, "card")
    with pytest.raises(OutputError, match="holds no model"):
        save(model, tmp_path, "card", overwrite=True)


def test_a_model_may_be_replaced_when_that_is_asked_for(model: MarkerModel, copy: Path) -> None:
    save(model, copy, "another card", overwrite=True)

    assert load(copy).id == model.id
    assert (copy / "card.md").read_text() == "another card"


def test_the_card_names_languages_baselines_and_what_it_is_not(model: MarkerModel) -> None:
    words = card(model)

    for expected in ("de", "constant", "length", "no verdict", "Not for", model.id):
        assert expected in words


def reseal(folder: Path, **changes: object) -> None:
    """Change a manifest and seal it again, as another version of the program would have."""
    import hashlib

    manifest = json.dumps({**json.loads((folder / "manifest.json").read_bytes()), **changes}).encode()
    (folder / "manifest.json").write_bytes(manifest)
    (folder / "manifest.sha256").write_text(hashlib.sha256(manifest).hexdigest())
