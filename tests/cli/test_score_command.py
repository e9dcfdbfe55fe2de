from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sample_corpus import articles, taxonomy

from triage.learn.artefact import save
from triage.learn.train import fit
from triage.workflow.score_files import PART_ROWS

COMMAND = [sys.executable, "-c", "from triage.cli.main import main; main()", "score"]
ROWS = 2 * PART_ROWS + 100


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(fit(articles(), taxonomy(), folds=3, jobs=1), tmp_path_factory.mktemp("models") / "first", "# card")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Short texts with a broken row among the first and one among the last."""
    file = tmp_path_factory.mktemp("archive") / "in.jsonl"
    rows = [json.dumps({"id": f"r{at}", "text": f"The mayor of town {at} lies", "lang": "en"}) for at in range(ROWS)]
    rows[5] = rows[-5] = "{broken"
    file.write_text("\n".join(rows) + "\n", "utf-8")
    return file


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("small") / "in.csv"
    file.write_text("id,text\na,The mayor lies to all of us\nb,The bridge is open again\n", "utf-8")
    return file


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIAGE_HOME", str(tmp_path))


def score(*words: object, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *map(str, words)], input=stdin, capture_output=True, check=False)


def content(path: Path) -> dict[str, bytes]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return {file.name if path.is_dir() else "": file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def uninterrupted(model: Path, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What runs that nobody stopped give, and their rejects."""
    home = tmp_path_factory.mktemp("whole")
    outputs = {ending: home / f"s{ending}" for ending in (".jsonl", ".parquet")}
    for output in outputs.values():
        done = score(archive, "-o", output, "--model", model, "--rejects", home / "rejects.jsonl")
        assert done.returncode == 0, done.stderr
    return outputs | {"rejects": home / "rejects.jsonl"}


@pytest.fixture(scope="module")
def killed(model: Path, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders in which runs were killed: one process writing JSON Lines, and two writing Parquet."""
    homes = {".jsonl": tmp_path_factory.mktemp("killed"), ".parquet": tmp_path_factory.mktemp("killed")}
    for workers, (ending, home) in enumerate(homes.items(), start=1):
        words = [archive, "-o", home / f"s{ending}", "--model", model, "--rejects", home / "rejects.jsonl"]
        kill_after_first_part([*words, "--workers", workers], home / f".s{ending}.checkpoint")
    return homes


def kill_after_first_part(words: list[object], checkpoint: Path) -> None:
    running = subprocess.Popen([*COMMAND, *map(str, words)], stderr=subprocess.PIPE)
    while not (checkpoint.exists() and json.loads(checkpoint.read_bytes())["parts"]):
        assert running.poll() is None, running.stderr.read()
        select.select([], [], [], 0.01)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert running.returncode == -signal.SIGKILL


@pytest.mark.parametrize(("ending", "workers"), [(".jsonl", 2), (".parquet", 1)])
def test_a_run_that_is_killed_and_goes_on_gives_the_bytes_of_one_that_was_not(
    model, archive, killed, uninterrupted, tmp_path, ending, workers
):
    home = shutil.copytree(killed[ending], tmp_path / "home")
    output, rejects = home / f"s{ending}", home / "rejects.jsonl"
    assert not output.exists()

    done = score(archive, "-o", output, "--model", model, "--rejects", rejects, "--workers", workers, "--resume")

    assert done.returncode == 0, done.stderr
    assert b"going on after" in done.stderr
    assert content(output) == content(uninterrupted[ending])
    assert rejects.read_bytes() == uninterrupted["rejects"].read_bytes()
    assert sorted(file.name for file in home.iterdir()) == ["rejects.jsonl", f"s{ending}"]


def test_parts_of_parquet_are_read_as_one_table_in_input_order(uninterrupted):
    parquet = pytest.importorskip("pyarrow.parquet")

    ids = parquet.read_table(uninterrupted[".parquet"], columns=["id"])["id"].to_pylist()

    assert ids == [f"r{at}" for at in range(ROWS) if at not in (5, ROWS - 5)]
    assert len(content(uninterrupted[".parquet"])) == 3


def test_an_interrupted_run_is_neither_mixed_up_nor_lost(model, archive, killed, tmp_path):
    home = shutil.copytree(killed[".jsonl"], tmp_path / "home")
    other = save(fit(articles(), taxonomy(), folds=3, jobs=1, seed=1), tmp_path / "other", "# card")
    grown = tmp_path / "grown.jsonl"
    grown.write_bytes(archive.read_bytes() + b'{"text": "one more"}\n')
    kept = (home / ".s.jsonl.part").read_bytes()

    told = {
        b"was begun by a run that was interrupted": score(archive, "-o", home / "s.jsonl", "--model", model),
        b"is of another model (markers-": score(archive, "-o", home / "s.jsonl", "--model", other, "--resume"),
        b"is of another input (1 files": score(grown, "-o", home / "s.jsonl", "--model", model, "--resume"),
    }

    for words, done in told.items():
        assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
        assert words in done.stderr
    assert (home / ".s.jsonl.part").read_bytes() == kept


def test_standard_input_is_scored_to_standard_output(model, small):
    done = score("-", "-o", "-", "--model", model, stdin=small.read_bytes())

    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b"]


def test_a_pattern_that_no_shell_expanded_names_its_files_in_order(model, small, tmp_path):
    for name in ("2.csv", "10.csv"):
        (tmp_path / name).write_bytes(small.read_bytes().replace(b"\na,", f"\n{name},".encode()))

    done = score("*.csv", "-o", "s.jsonl", "--model", model)

    assert done.returncode == 0, done.stderr
    ids = [json.loads(line)["id"] for line in (tmp_path / "s.jsonl").read_bytes().splitlines()]
    assert ids == ["10.csv", "b", "2.csv", "b"]


def test_a_pattern_without_files_is_told(model):
    done = score("none-*.csv", "-o", "s.jsonl", "--model", model)

    assert (done.returncode, done.stderr) == (1, b"triage: no file is named like none-*.csv\n")


def test_what_the_command_writes_itself_is_not_read(model, small, tmp_path):
    (tmp_path / "in.csv").write_bytes(small.read_bytes() + b"c,d,e\n")
    assert score("*", "-o", "s.csv", "--model", model).returncode == 0

    done = score("*", "-o", "s.csv", "--model", model, "--overwrite", "--rejects", "in.csv.rejects.jsonl")

    assert b"read 3 = accepted 2 + duplicate 0 + rejected 1" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-", "-o", "s.jsonl", "--resume"], b"only files can be read again"),
        (["in.csv", "-o", "-", "--resume"], b"standard output cannot be gone on with"),
        (["in.csv", "-o", "-", "--json"], b"cannot both go to standard output"),
        (["in.csv", "-o", "s.xlsx"], b"must end in one of"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(model, small, tmp_path, words, said):
    (tmp_path / "in.csv").write_bytes(small.read_bytes())

    done = score(*words, "--model", model, stdin=b"")

    assert done.returncode == 2
    assert said in done.stderr


def test_a_device_that_is_full_is_one_line(model, small):
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [*COMMAND, str(small), "-o", "-", "--model", str(model)], stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert b"No space left on device" in done.stderr


def test_nothing_that_can_be_scored_leaves_no_output(model, tmp_path):
    (tmp_path / "in.jsonl").write_bytes(b"{broken\n")

    done = score("in.jsonl", "-o", "s.jsonl", "--model", model)

    assert done.returncode == 1
    assert b"nothing was scored: read 1 = accepted 0" in done.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["in.jsonl", "in.jsonl.rejects.jsonl"]


@pytest.mark.parametrize("ending", [".jsonl", ".parquet"])
def test_a_disk_that_is_full_is_one_line_and_the_run_goes_on_when_there_is_room(
    model, archive, uninterrupted, tmp_path, ending
):
    output = tmp_path / f"s{ending}"
    words = [archive, "-o", output, "--model", model, "--rejects", tmp_path / "rejects.jsonl"]
    limit = max(len(data) for data in content(uninterrupted[ending]).values()) * 2 // 3  # of a file, in bytes
    code = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    code += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); from triage.cli.main import main; main()"
    environment = dict(os.environ)
    if ending == ".parquet":  # and no room for compiled code either
        environment |= {"PYTHONDONTWRITEBYTECODE": "1", "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    full = subprocess.run(
        [sys.executable, "-c", code, "score", *map(str, words)], capture_output=True, check=False, env=environment
    )
    assert (full.returncode, full.stderr.count(b"\n")) == (1, 1), full.stderr
    assert b"cannot be written: File too large; make room, then go on with --resume" in full.stderr
    assert not output.exists()

    done = score(*words, "--resume")
    assert done.returncode == 0, done.stderr
    assert content(output) == content(uninterrupted[ending])


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_compressed_files_score_as_they_are(model, small, tmp_path, ending):
    import gzip

    from triage.files.reading import zstd

    packed = {".gz": gzip.compress, ".zst": zstd.compress}[ending](small.read_bytes())
    (tmp_path / f"in.csv{ending}").write_bytes(packed)

    done = score(tmp_path / f"in.csv{ending}", "-o", "-", "--model", model)

    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b"]


def test_an_output_that_exists_is_refused_and_kept(model, small, tmp_path):
    (tmp_path / "s.jsonl").write_bytes(b"mine")

    done = score(small, "-o", "s.jsonl", "--model", model)

    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert b"s.jsonl exists already; add --overwrite" in done.stderr
    assert (tmp_path / "s.jsonl").read_bytes() == b"mine"


def test_a_url_needs_a_scheduler(model):
    done = score("s3://bucket/in.parquet", "-o", "s.parquet", "--model", model)

    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"is a URL; those are read and written by the machines of a --scheduler" in done.stderr
