"""`triage score --scheduler` against a real scheduler and two real workers on this machine."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sample_corpus import articles, taxonomy

from triage.learn.artefact import save
from triage.learn.train import fit
from triage.workflow.score_files import PART_ROWS

pytest.importorskip("distributed")
pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

SCORE = [sys.executable, "-c", "from triage.cli.main import main; main()", "score"]
DASK = [sys.executable, "-m", "distributed.cli."]
ROWS = 8 * PART_ROWS + 300


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(fit(articles(), taxonomy(), folds=3, jobs=1), tmp_path_factory.mktemp("models") / "first", "# card")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files without ids whose border lies inside a part, with rows that are blank and rows that are refused."""
    folder = tmp_path_factory.mktemp("archive")
    rows = [{"text": f"The mayor of town {at} lies", "reporter": f"Jo {at % 7}", "lang": "en"} for at in range(ROWS)]
    rows[3] = {"text": "", "reporter": "", "lang": ""}
    rows[2000] = {"text": "nul \0", "reporter": "Jo", "lang": "en"}
    cut = 5 * PART_ROWS + 77
    parquet.write_table(pa.Table.from_pylist(rows[:cut]), folder / "1.parquet", row_group_size=700)
    parquet.write_table(pa.Table.from_pylist(rows[cut:]), folder / "2.parquet")
    return folder


class Machines:
    """A scheduler and its workers, processes of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self.begin("dask_scheduler", "--host", "127.0.0.1", "--port", str(self.port))

    def work(self) -> subprocess.Popen[bytes]:
        return self.begin("dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")

    def begin(self, module: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard", *words]
        environment = os.environ | {"OMP_NUM_THREADS": "1", "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "60s"}
        process = subprocess.Popen(
            command, cwd=self.home, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.processes.append(process)
        return process

    def end(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    cluster = Machines(tmp_path)
    yield cluster
    cluster.end()


def score(*words: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*SCORE, *map(str, words)], capture_output=True, check=False, timeout=300)


def content(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


@pytest.fixture(scope="module")
def here(model: Path, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the local run gives."""
    home = tmp_path_factory.mktemp("here")
    done = score(
        archive / "1.parquet", archive / "2.parquet", "-o", home / "s.parquet", "--model", model,
        "--rejects", home / "rejects",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return home


def words_of(machines: Machines, archive: Path, model: Path, *more: str) -> list[object]:
    home = machines.home
    return [
        f"{archive}/*.parquet", "-o", home / "s.parquet", "--model", model, "--rejects", home / "rejects",
        "--scheduler", machines.address, *more,
    ]  # fmt: skip


def begun(words: list[object], checkpoint: Path) -> subprocess.Popen[bytes]:
    """Begin a run, and return when its first part counts."""
    running = subprocess.Popen([*SCORE, *map(str, words)], stderr=subprocess.PIPE)
    while not (checkpoint.exists() and json.loads(checkpoint.read_bytes())["parts"]):
        assert running.poll() is None, running.stderr.read()
        select.select([], [], [], 0.01)
    return running


def assert_is_the_local_run(home: Path, here: Path) -> None:
    assert content(home / "s.parquet") == content(here / "s.parquet")
    assert (home / "rejects").read_bytes() == (here / "rejects").read_bytes()
    assert not list(home.glob(".s.parquet*"))


def test_two_workers_one_of_which_is_killed_give_the_bytes_of_the_local_run(machines, archive, model, here):
    first, second = machines.work(), machines.work()
    running = begun(words_of(machines, archive, model), machines.home / ".s.parquet.checkpoint")

    os.kill(first.pid, signal.SIGKILL)
    _, told = running.communicate(timeout=300)

    assert second.poll() is None
    assert running.returncode == 0, told
    assert b"read 8492 = accepted 8490 + duplicate 0 + rejected 1 + blank 1" in told
    assert_is_the_local_run(machines.home, here)


def test_a_run_whose_scheduler_goes_away_says_so_and_goes_on_elsewhere(machines, archive, model, here, tmp_path):
    machines.work()
    words = words_of(machines, archive, model)
    running = begun(words, machines.home / ".s.parquet.checkpoint")

    machines.scheduler.kill()
    _, told = running.communicate(timeout=120)

    assert (running.returncode, told.count(b"\n")) == (1, 1), told.decode()
    assert b"went away; start it again and go on with --resume" in told
    assert not (machines.home / "s.parquet").exists()

    again = words[: words.index("--scheduler")]
    again[:1] = [archive / "1.parquet", archive / "2.parquet"]
    done = score(*again, "--resume")

    assert done.returncode == 0, done.stderr
    assert_is_the_local_run(machines.home, here)


def test_a_run_on_this_machine_that_was_killed_goes_on_on_a_cluster(machines, archive, model, here):
    words = words_of(machines, archive, model, "--resume")
    local = words[: words.index("--scheduler")]
    local[:1] = [archive / "1.parquet", archive / "2.parquet"]
    running = begun(local, machines.home / ".s.parquet.checkpoint")
    running.kill()
    running.communicate()
    machines.work()

    done = score(*words)

    assert done.returncode == 0, done.stderr
    assert_is_the_local_run(machines.home, here)


@pytest.mark.parametrize("address", [f"tcp://127.0.0.1:{free_port()}", "smoke://signals"])
def test_an_address_without_a_scheduler_is_one_line(archive, model, tmp_path, address):
    code = "from triage.learn.batch import cluster; cluster.CONNECT_S = 1; from triage.cli.main import main; main()"
    words = [f"{archive}/*.parquet", "-o", tmp_path / "s.parquet", "--model", model, "--scheduler", address]
    done = subprocess.run([sys.executable, "-c", code, "score", *map(str, words)], capture_output=True, check=False)

    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1), done.stderr
    assert f"no Dask scheduler answers at {address}".encode() in done.stderr


def test_a_scheduler_without_workers_is_one_line(machines, archive, model):
    code = "from triage.learn.batch import cluster; cluster.WORKERS_S = 1; from triage.cli.main import main; main()"
    words = words_of(machines, archive, model)
    done = subprocess.run([sys.executable, "-c", code, "score", *map(str, words)], capture_output=True, check=False)

    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1), done.stderr
    assert b"has had no worker for 1 seconds; start some with: dask worker tcp://127.0.0.1" in done.stderr


def test_without_the_extra_one_line_names_it(archive, model, tmp_path):
    code = "import sys; sys.modules['distributed'] = None; from triage.cli.main import main; main()"
    words = [f"{archive}/*.parquet", "-o", tmp_path / "s.parquet", "--model", model, "--scheduler", "tcp://x:1"]
    done = subprocess.run([sys.executable, "-c", code, "score", *map(str, words)], capture_output=True, check=False)

    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1), done.stderr
    assert b'pip install "hotline-triage[dask]"' in done.stderr


@pytest.mark.parametrize(
    ("inputs", "output", "said", "code"),
    [
        ("in.jsonl", "s.parquet", b"in.jsonl is no .parquet", 2),
        ("1.parquet", "s.jsonl", b"with --scheduler the output is Parquet", 2),
        ("none-*.parquet", "s.parquet", b"no file is named like", 1),
        ("broken.parquet", "s.parquet", b"is no sound Parquet file", 1),
        ("smoke://1.parquet", "s.parquet", b"cannot be reached: Protocol not known: smoke", 1),
    ],
)
def test_what_a_cluster_cannot_read_or_write_is_one_line(archive, model, tmp_path, inputs, output, said, code):
    shutil.copy(archive / "1.parquet", tmp_path)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    source = inputs if "://" in inputs else tmp_path / inputs
    done = score(source, "-o", tmp_path / output, "--model", model, "--scheduler", "tcp://127.0.0.1:9")

    assert (done.returncode, done.stderr.count(b"\n")) == (code, 1), done.stderr
    assert said in done.stderr
