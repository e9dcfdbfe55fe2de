"""How far through its files a long run is: a line on a terminal with rate and time left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from triage.domain.report import Row

_EVERY_ROWS = 64
DELAY_S, TICK_S = 2, 0.1  # before anything is shown, and between two showings


class _Stream(Protocol):
    name: str

    def position(self) -> int | None: ...


class Meter:
    """Follows rows through files by the bytes of the files, which are known before the rows are.

    What can be read only once has no size; then there is a rate but no time left.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._sizes = {name: Path(name).stat().st_size for name in names if Path(name).is_file()}
        self.total = sum(self._sizes.values()) if len(self._sizes) == len(names) else None
        self._before = 0
        self._size = 0
        self._rows_in_file = 0
        self._position: Callable[[], int | None] = lambda: 0

    def watch(self, stream: _Stream) -> None:
        """Follow the file that is opened now."""
        self._before += self._size
        self._size = self._sizes.get(stream.name, 0)
        self._rows_in_file = _parquet_rows(stream.name)
        self._position = stream.position

    def bytes_done(self, row: Row) -> int:
        """Return how many bytes of all files lie before a row that was just read, or a little after it."""
        place = row.place
        if self._rows_in_file and place and place.position:
            return self._before + self._size * place.position // self._rows_in_file
        return self._before + (self._position() or 0)

    def followed(self, rows: Iterable[Row], *, known: int) -> Iterator[Row]:
        """Yield the rows and show how far they are; the first `known` are gone over and do not count for the rate."""
        from tqdm import tqdm

        shape = "{percentage:3.0f} %{postfix}, {remaining} left" if self.total else "{elapsed}{postfix}"
        began, count = time.monotonic(), 0
        with tqdm(
            total=self.total,
            delay=DELAY_S,
            mininterval=TICK_S,
            miniters=0,
            disable=None,
            leave=False,
            smoothing=0,
            bar_format=shape,
        ) as bar:
            for count, row in enumerate(rows, start=1):
                yield row
                if bar.disable or count % _EVERY_ROWS:
                    continue
                bar.n = self.bytes_done(row)
                if count <= known:
                    began, bar.start_t, bar.initial = time.monotonic(), time.time(), bar.n
                rate = max(count - known, 0) / max(time.monotonic() - began, 1e-3)
                bar.set_postfix_str(f"{count:,} rows, {rate:,.0f} rows/s", refresh=False)
                bar.update(0)


def _parquet_rows(name: str) -> int:
    """Return the number of rows of a Parquet file, which is copied whole before the first is read; else 0."""
    if not name.lower().endswith(".parquet"):
        return 0
    from pyarrow import ArrowException, parquet

    try:
        return int(parquet.read_metadata(name).num_rows)
    except (ArrowException, OSError):
        return 0
