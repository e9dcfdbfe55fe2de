from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from triage.store import turns
from triage.store.turns import turn

LONG = 30.0


def test_those_who_wait_get_their_turn_in_the_order_in_which_they_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = threading.Semaphore(0)
    draw = turns._draw

    def telling(file: int) -> int:
        number = draw(file)
        drawn.release()
        return number

    monkeypatch.setattr(turns, "_draw", telling)
    order: list[int] = []

    def wait(at: int) -> None:
        with turn(tmp_path / "desk.db", LONG):
            order.append(at)

    workers = [threading.Thread(target=wait, args=(at,)) for at in range(8)]
    with turn(tmp_path / "desk.db", LONG):
        drawn.acquire()
        for worker in workers:
            worker.start()
            drawn.acquire()
        assert order == []
    for worker in workers:
        worker.join()

    assert order == list(range(8))


def test_a_turn_ends_with_the_process_that_had_it(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, signal, sys\n"
        "from triage.store.turns import turn\n"
        "with turn(pathlib.Path(sys.argv[1]), 30):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    dead = subprocess.run([sys.executable, "-c", script, str(tmp_path / "desk.db")], check=False)

    assert dead.returncode == -9
    with turn(tmp_path / "desk.db", LONG):
        pass


def test_nobody_waits_longer_than_their_patience(tmp_path: Path) -> None:
    with turn(tmp_path / "desk.db", LONG), turn(tmp_path / "desk.db", 0.01):
        pass


def test_without_a_place_for_the_file_nobody_waits(tmp_path: Path) -> None:
    with turn(tmp_path / "no" / "desk.db", LONG), turn(tmp_path / "no" / "desk.db", LONG):
        pass

    assert not list(tmp_path.iterdir())
