"""Calls spread over processes, their results in order; a worker that dies loses nothing."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future
from typing import Any, Generic, TypeVar

from triage.errors import TriageError

A = TypeVar("A")
R = TypeVar("R")

AHEAD = 2  # calls a worker that are read ahead
DEATHS = 3  # in a row without a result between them: then it is the work, not the worker
LOOK_S = 1  # how often a worker looks whether the process that it works for is still there
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


class WorkersDied(TriageError):
    """Worker processes that die again and again, as where memory runs out."""


def in_order(call: Callable[[A], R], parts: Iterable[A], workers: int) -> Iterator[tuple[A, R]]:
    """Yield each part with what `call` makes of it, in the order of `parts`.

    One worker is this process. More are processes of their own, to which `call` and the parts are pickled; at most
    `AHEAD` parts a worker are read ahead, so memory stays flat. Where a worker dies, the parts that are under way are
    done again by new ones. Raises what `call` raises, and `WorkersDied` after three deaths without a result between.
    """
    if workers == 1:
        for part in parts:
            yield part, call(part)
        return
    crew = _Crew(call, workers)
    try:
        for part in parts:
            crew.begin(part)
            if len(crew.waiting) >= AHEAD * workers:
                yield crew.oldest()
        while crew.waiting:
            yield crew.oldest()
    finally:
        crew.end()


class _Crew(Generic[A, R]):
    """Processes at work on some parts."""

    def __init__(self, call: Callable[[A], R], workers: int) -> None:
        self._call = call
        self._workers = workers
        self._pool = _new_pool(workers)
        self.waiting: deque[tuple[A, Future[R]]] = deque()

    def begin(self, part: A) -> None:
        try:
            future = self._pool.submit(self._call, part)
        except BrokenExecutor as death:
            future = Future()
            future.set_exception(death)
        self.waiting.append((part, future))

    def oldest(self) -> tuple[A, R]:
        """Return the oldest part with its result, done anew as long as workers die."""
        for _ in range(DEATHS):
            part, future = self.waiting[0]
            try:
                result = future.result()
            except BrokenExecutor:
                self._begin_again()
                continue
            self.waiting.popleft()
            return part, result
        raise WorkersDied(
            f"worker processes died {DEATHS} times over the same rows, as they do where memory runs out; "
            "go on with --resume and fewer --workers"
        )

    def end(self) -> None:
        self._pool.shutdown(wait=True, kill_workers=bool(self.waiting))

    def _begin_again(self) -> None:
        self._pool.shutdown(wait=True, kill_workers=True)
        self._pool = _new_pool(self._workers)
        parts = [part for part, _ in self.waiting]
        self.waiting.clear()
        for part in parts:
            self.begin(part)


def _new_pool(workers: int) -> Any:
    from joblib.externals.loky import ProcessPoolExecutor

    return ProcessPoolExecutor(workers, env=_ONE_THREAD, initializer=_end_with, initargs=(os.getpid(),))


def _end_with(parent: int) -> None:
    """Let this worker end soon after the process that it works for, which may be killed without a word."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
