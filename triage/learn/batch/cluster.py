"""Calls spread over the machines of a Dask cluster, their results in order; a worker that dies loses nothing.

The model travels as the bytes of its files and under the digest of its manifest: a worker writes them to a folder of
its own, and loads them only if digest and checksums match. Nothing is unpickled of it.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from triage.errors import MissingExtra, ModelRefused, TriageError
from triage.learn.artefact import load
from triage.learn.batch.workers import AHEAD, LOOK_S, WorkersDied

if TYPE_CHECKING:
    from triage.learn.model import MarkerModel

try:
    from distributed import Client, KilledWorker, WorkerPlugin, get_worker
    from distributed.comm.addressing import parse_address
    from distributed.comm.core import CommClosedError
    from distributed.comm.registry import get_backend
except ImportError:
    raise MissingExtra("scoring on a cluster (--scheduler)", "dask") from None

A = TypeVar("A")
R = TypeVar("R")

CONNECT_S = 10  # how long a scheduler may take to answer
WORKERS_S = 30  # how long there may be no worker
_DISTRIBUTION = "hotline-triage"
_MANIFEST = "manifest.json"


class ClusterGone(TriageError):
    """A scheduler that cannot be reached, or has no workers."""


class ShippedModel(WorkerPlugin):  # type: ignore[misc]
    """A stored model on its way to all workers of a cluster, those that join later among them."""

    def __init__(self, folder: Path) -> None:
        """Take the files of a stored model; raises `ModelRefused` where one cannot be read."""
        try:
            self.files = {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}
            self.digest = hashlib.sha256(self.files[_MANIFEST]).hexdigest()
        except (OSError, KeyError) as error:
            raise ModelRefused(f"{folder} cannot be sent to the workers: {error}") from None
        self.name = f"triage-model-{self.digest}"
        self.version = version(_DISTRIBUTION)

    def setup(self, worker: Any) -> None:
        """Note where the worker keeps its files. Raises `ClusterGone` where its triage is of another version."""
        here = version(_DISTRIBUTION)
        if self.version != here:
            raise ClusterGone(
                f"worker {worker.address} runs triage {here}, not {self.version}; install one version everywhere"
            )
        self._lock = threading.Lock()
        self._home = Path(worker.local_directory)
        self._model: MarkerModel | None = None

    def model(self) -> MarkerModel:
        """Return the model, read and checked once a worker. Raises `ModelRefused` where a byte differs."""
        with self._lock:
            if self._model is None:
                if hashlib.sha256(self.files[_MANIFEST]).hexdigest() != self.digest:
                    raise ModelRefused(f"the model that reached {self._home} is not {self.digest[:12]}, which was sent")
                folder = Path(tempfile.mkdtemp(prefix="triage-model-", dir=self._home))
                for name, data in self.files.items():
                    (folder / name).write_bytes(data)
                self._model = load(folder)
            return self._model


def model_here(digest: str) -> MarkerModel:
    """Return, on a worker, the model that was shipped under a digest."""
    plugin: ShippedModel = get_worker().plugins[f"triage-model-{digest}"]
    return plugin.model()


@contextmanager
def joined(address: str) -> Iterator[Cluster]:
    """Yield the cluster of a scheduler, once it has a worker.

    Raises `ClusterGone` where there is no scheduler at the address or none of its workers shows up in time.
    """
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what it tells is told here, in one line
    try:
        get_backend(parse_address(address)[0])
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, CommClosedError) as error:
        raise ClusterGone(f"no Dask scheduler answers at {address} ({_first_line(error)}); see --scheduler") from None
    try:
        yield Cluster(client, address)
    finally:
        with suppress(OSError, CommClosedError, TimeoutError, RuntimeError):
            client.close(timeout=CONNECT_S)


class Cluster:
    """The workers of one scheduler."""

    def __init__(self, client: Client, address: str) -> None:
        self._client = client
        self._address = address
        try:
            client.wait_for_workers(1, timeout=WORKERS_S)
        except TimeoutError:
            raise self._without_workers() from None

    def ship(self, folder: Path) -> str:
        """Send a stored model to all workers, and return the digest under which they find it."""
        shipped = ShippedModel(folder)
        with self._told():
            self._client.register_plugin(shipped)
        return shipped.digest

    def in_order(self, call: Callable[[A], R], parts: Iterable[A]) -> Iterator[tuple[A, R]]:
        """Yield each part with what `call` makes of it on some worker, in the order of `parts`.

        At most `AHEAD` parts for each thread of a worker are under way. A part whose worker dies is done by another.
        Raises what `call` raises, `WorkersDied` where a part takes its workers with it, and `ClusterGone` where the
        scheduler goes away or has had no worker for `WORKERS_S` seconds.
        """
        waiting: deque[tuple[A, Any]] = deque()
        for part in parts:
            with self._told():
                waiting.append((part, self._client.submit(call, part, pure=False)))
                ahead = AHEAD * max(sum(self._client.nthreads().values()), 1)
            while len(waiting) >= ahead:
                yield self._oldest(waiting)
        while waiting:
            yield self._oldest(waiting)

    def _oldest(self, waiting: deque[tuple[A, Any]]) -> tuple[A, Any]:
        part, future = waiting[0]
        seen = time.monotonic()
        while True:
            with self._told():
                try:
                    result = future.result(timeout=LOOK_S)
                    break
                except TimeoutError:
                    pass
                if self._client.status != "running":
                    raise self._gone()
                seen = time.monotonic() if self._client.nthreads() else seen
            if time.monotonic() - seen > WORKERS_S:
                raise self._without_workers()
        waiting.popleft()
        return part, result

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what Dask says of its cluster into one line."""
        try:
            yield
        except KilledWorker:
            raise WorkersDied(
                "workers died again and again over the same rows, as they do where memory runs out; "
                "go on with --resume and workers that have more of it"
            ) from None
        except (CancelledError, CommClosedError) as error:
            raise self._gone() from error
        except ImportError as error:
            raise ClusterGone(f"a worker of {self._address} cannot import {error.name}; install triage there") from None

    def _gone(self) -> ClusterGone:
        return ClusterGone(f"the scheduler at {self._address} went away; start it again and go on with --resume")

    def _without_workers(self) -> ClusterGone:
        return ClusterGone(
            f"the scheduler at {self._address} has had no worker for {WORKERS_S} seconds; start some with: "
            f"dask worker {self._address}"
        )


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
