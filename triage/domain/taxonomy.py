"""Markers and their families: the persuasion techniques, frames and genres that a text can be marked with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from triage.errors import ConfigError, UsageError

ANY_TECHNIQUE = "technique:Any"


class Level(StrEnum):
    """The unit in which a marker is annotated and found."""

    ARTICLE = "article"
    PASSAGE = "passage"
    SPAN = "span"


def family_of(marker: str) -> str:
    """Return the family of a marker id.

    >>> family_of("technique:Doubt")
    'technique'
    """
    return marker.partition(":")[0]


def is_marker_id(text: str) -> bool:
    """Return whether `text` has the form family:Name."""
    family, colon, name = text.partition(":")
    return bool(colon and family and name) and not any(c.isspace() or c in ",*" for c in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A set of markers defined together, such as SemEval-2023's techniques.

    `exclusive` families hold exactly one marker a text (genre).
    """

    id: str
    name: str
    level: Level
    exclusive: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """One persuasion technique, frame or genre. A fact about style and framing, never about truth.

    `summary` markers (`technique:Any`) are implied by the others of their family and left out of micro and macro
    figures.
    """

    id: str
    name: str
    level: Level
    group: str = ""
    definition: str = ""
    example: str = ""
    summary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMap:
    """How the labels of a foreign corpus read in this taxonomy.

    A foreign label becomes one or more marker ids. `implies_any` says that each foreign label also implies
    `technique:Any`, including those that stay markers of a family of their own.
    """

    name: str
    source: str
    labels: Mapping[str, tuple[str, ...]]
    implies_any: bool = False

    def markers(self, label: str) -> tuple[str, ...]:
        """Return the marker ids of a foreign label; one that is not mapped stays a marker of the map's own family."""
        return self.labels.get(label) or (f"{self.name}:{'_'.join(label.replace(',', '-').split())}",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """The markers that are known by name. Families are open: corpora may bring markers that are not in here."""

    families: Mapping[str, Family] = field(default_factory=dict)
    markers: Mapping[str, Marker] = field(default_factory=dict)
    maps: Mapping[str, LabelMap] = field(default_factory=dict)

    def level(self, marker: str) -> Level:
        """Return the level of a marker: its own, else its family's, else passage (where techniques are found)."""
        if marker in self.markers:
            return self.markers[marker].level
        family = self.families.get(family_of(marker))
        return family.level if family else Level.PASSAGE

    def members(self, family: str) -> tuple[str, ...]:
        """Return the ids of the known markers of a family, in the order of the file."""
        return tuple(marker for marker in self.markers if family_of(marker) == family)

    def is_summary(self, marker: str) -> bool:
        """Return whether a marker is implied by others and left out of micro and macro figures."""
        return marker in self.markers and self.markers[marker].summary

    def is_exclusive(self, family: str) -> bool:
        """Return whether a text has exactly one marker of this family."""
        return family in self.families and self.families[family].exclusive

    def expand(self, patterns: Iterable[str], others: Iterable[str] = ()) -> frozenset[str]:
        """Return the marker ids that patterns like `frame:*` or `technique:Doubt` name.

        `family:*` is every marker of the family in the taxonomy or among `others` (the markers of the training files).
        """
        known = [*self.markers, *others]
        found: set[str] = set()
        for pattern in patterns:
            if pattern.endswith(":*"):
                found.update(marker for marker in known if family_of(marker) == pattern[:-2])
            elif is_marker_id(pattern):
                found.add(pattern)
            else:
                raise UsageError(f'"{pattern}" is no marker; a marker reads family:Name, such as technique:Doubt')
        return frozenset(found)

    def merged(self, other: Taxonomy) -> Taxonomy:
        """Return this taxonomy with the families, markers and maps of another added; an id in both is an error."""
        for kind, mine, theirs in (
            ("family", self.families, other.families),
            ("marker", self.markers, other.markers),
            ("mapping", self.maps, other.maps),
        ):
            twice = sorted(set(mine) & set(theirs))
            if twice:
                raise ConfigError(f"the taxonomy has the {kind} {twice[0]} twice; give yours a name of its own")
        return Taxonomy(
            families={**self.families, **other.families},
            markers={**self.markers, **other.markers},
            maps={**self.maps, **other.maps},
        )
