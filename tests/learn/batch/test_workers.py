from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from triage.learn.batch.workers import AHEAD, WorkersDied, in_order


def double(number: int) -> int:
    return 2 * number


def die_once(trace: Path, number: int) -> int:
    """Double a number; the first process that meets 3 is killed over it."""
    if number == 3 and not trace.exists():
        trace.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def die(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def refuse(number: int) -> int:
    raise ValueError(number)


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_parts(workers):
    assert list(in_order(double, range(9), workers)) == [(number, 2 * number) for number in range(9)]


@pytest.mark.parametrize("workers", [1, 2])
def test_parts_are_read_only_a_little_ahead(workers):
    read = []

    def parts() -> Iterator[int]:
        for number in range(100):
            read.append(number)
            yield number

    results = in_order(double, parts(), workers)
    next(results)

    assert len(read) <= AHEAD * workers
    results.close()


def test_a_worker_that_is_killed_loses_nothing(tmp_path):
    results = list(in_order(partial(die_once, tmp_path / "killed"), range(9), 2))

    assert (tmp_path / "killed").exists()
    assert [result for _, result in results] == [2 * number for number in range(9)]


def test_workers_that_die_again_and_again_are_given_up_in_one_line():
    with pytest.raises(WorkersDied, match="go on with --resume and fewer --workers"):
        list(in_order(die, range(3), 2))


@pytest.mark.parametrize("workers", [1, 2])
def test_what_the_work_raises_is_raised(workers):
    with pytest.raises(ValueError, match="0"):
        list(in_order(refuse, range(3), workers))


def test_what_reading_raises_is_raised():
    def parts() -> Iterator[int]:
        yield 1
        raise KeyError("column")

    with pytest.raises(KeyError):
        list(in_order(double, parts(), 2))


def test_workers_end_with_the_process_that_they_work_for():
    code = (
        "import os, signal, sys; from triage.learn.batch.workers import in_order\n"
        "parts = in_order(os.getenv, ['HOME'] * 20, 2); next(parts); os.kill(os.getpid(), signal.SIGKILL)"
    )

    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30, check=False)

    assert killed.returncode == -signal.SIGKILL  # its output ends when the last worker does
