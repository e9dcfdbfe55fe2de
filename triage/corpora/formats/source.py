"""What a layout is read from, and what becomes of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from triage.domain.corpus import Article
from triage.domain.report import Place, Rejection
from triage.domain.taxonomy import LabelMap, Taxonomy
from triage.errors import ConfigError

RAW_CHARACTERS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A label that was kept but changed, such as a span cut off at the end of its text; says where and how."""

    place: Place
    reason: str
    raw: str = ""


Outcome = Article | Rejection | Mended
"""An article; a row, article or label that was set aside; a label that was changed so that it fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file or folder in a foreign layout. `splits` are the parts wanted (`train`, `dev`), all where empty."""

    path: Path
    taxonomy: Taxonomy
    splits: frozenset[str] = frozenset()

    def wants(self, split: str) -> bool:
        """Return whether a part of the corpus is to be read."""
        return not self.splits or split in self.splits

    def label_map(self, name: str) -> LabelMap:
        """Return how the labels of a foreign corpus read in this taxonomy.

        Raises `ConfigError` where the taxonomy has no such mapping.
        """
        if name not in self.taxonomy.maps:
            raise ConfigError(f'the taxonomy has no mapping "{name}"; add mappings/{name}.toml to it')
        return self.taxonomy.maps[name]


Layout = Callable[[Source], Iterator[Outcome]]
"""How one layout is read: all that lies under a path, in an order that does not change."""


def set_aside(place: Place, reason: str, raw: object = "") -> Rejection:
    """Return a row as set aside, its raw form cut to a length that a person reads."""
    return Rejection(place=place, reason=reason, raw=str(raw)[:RAW_CHARACTERS])
