from __future__ import annotations

from types import SimpleNamespace

import pytest
from sample_corpus import articles, taxonomy

pytest.importorskip("distributed")

from triage.errors import ModelRefused
from triage.learn.artefact import save
from triage.learn.batch import cluster
from triage.learn.train import fit


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save(fit(articles(), taxonomy(), folds=3, jobs=1), tmp_path_factory.mktemp("models") / "first", "# card")


@pytest.fixture
def worker(tmp_path):
    return SimpleNamespace(address="tcp://worker", local_directory=str(tmp_path))


def test_a_model_that_is_shipped_is_the_one_that_was_sent(folder, worker):
    shipped = cluster.ShippedModel(folder)
    shipped.setup(worker)

    assert shipped.model().id.startswith("markers-")
    assert shipped.model() is shipped.model()


@pytest.mark.parametrize("name", ["manifest.json", "passage.weights.npy"])
def test_a_model_of_which_a_byte_changed_on_the_way_is_refused(folder, worker, name):
    shipped = cluster.ShippedModel(folder)
    shipped.setup(worker)
    shipped.files[name] = shipped.files[name][:-1] + b"?"

    with pytest.raises(ModelRefused):
        shipped.model()


def test_another_model_with_sound_checksums_is_refused(folder, worker):
    shipped = cluster.ShippedModel(folder)
    shipped.setup(worker)
    shipped.digest = "0" * 64

    with pytest.raises(ModelRefused, match="is not 000000000000, which was sent"):
        shipped.model()


def test_a_worker_with_another_version_is_refused(folder, worker):
    shipped = cluster.ShippedModel(folder)
    shipped.version = "0.0.0"

    with pytest.raises(cluster.ClusterGone, match="worker tcp://worker runs triage"):
        shipped.setup(worker)


def test_a_folder_that_holds_no_model_cannot_be_shipped(tmp_path):
    with pytest.raises(ModelRefused, match="cannot be sent to the workers"):
        cluster.ShippedModel(tmp_path)
