"""Read the taxonomy: the shipped file, and a team's own families beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from triage.domain.taxonomy import Family, LabelMap, Level, Marker, Taxonomy, is_marker_id
from triage.errors import ConfigError
from triage.shipped import shipped


def load_taxonomy(home: Path | None = None) -> Taxonomy:
    """Return the shipped taxonomy, and with it a team's own.

    Families are read from `home/taxonomy/*.toml`, maps from `home/taxonomy/mappings/*.toml`, which may bring families
    of their own.
    Raises `ConfigError` naming the file and the key that is broken.
    """
    taxonomy = _read_folder(shipped("taxonomy"))
    own = home / "taxonomy" if home else None
    return taxonomy.merged(_read_folder(own)) if own and own.is_dir() else taxonomy


def _read_folder(folder: Path) -> Taxonomy:
    taxonomy = Taxonomy()
    for path in [*sorted(folder.glob("*.toml")), *sorted(folder.glob("mappings/*.toml"))]:
        taxonomy = taxonomy.merged(_read_markers(path))
    maps = {label_map.name: label_map for label_map in map(_read_map, sorted(folder.glob("mappings/*.toml")))}
    return taxonomy.merged(Taxonomy(maps=maps))


def _read_markers(path: Path) -> Taxonomy:
    table = _read_toml(path)
    families = {}
    for row in _rows(table, "family", path):
        _require(row, ("id", "name", "level"), path, "family")
        families[row["id"]] = Family(
            id=row["id"],
            name=row["name"],
            level=_level(row["level"], path),
            exclusive=bool(row.get("exclusive", False)),
            source=row.get("source", ""),
        )
    markers: dict[str, Marker] = {}
    for row in _rows(table, "marker", path):
        _require(row, ("id", "name", "level"), path, "marker")
        if not is_marker_id(row["id"]):
            raise ConfigError(f'{path}: "{row["id"]}" is no marker id; one reads family:Name')
        if row["id"] in markers:
            raise ConfigError(f"{path}: the marker {row['id']} is there twice")
        markers[row["id"]] = Marker(
            id=row["id"],
            name=row["name"],
            level=_level(row["level"], path),
            group=row.get("group", ""),
            definition=row.get("definition", ""),
            example=row.get("example", ""),
            summary=bool(row.get("summary", False)),
        )
    return Taxonomy(families=families, markers=markers)


def _read_map(path: Path) -> LabelMap:
    table = _read_toml(path)
    _require(table, ("name", "labels"), path, "mapping")
    labels = {}
    for foreign, ours in table["labels"].items():
        markers = (ours,) if isinstance(ours, str) else tuple(ours)
        for marker in markers:
            if not is_marker_id(marker):
                raise ConfigError(f'{path}: "{foreign}" maps to "{marker}", which is no marker id')
        labels[foreign] = markers
    return LabelMap(
        name=table["name"],
        source=table.get("source", ""),
        labels=labels,
        implies_any=bool(table.get("implies_any", False)),
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


def _rows(table: dict[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
    rows = table.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError(f"{path}: {key} must be an array of tables, written [[{key}]]")
    return rows


def _require(row: dict[str, Any], keys: Iterable[str], path: Path, what: str) -> None:
    missing = [key for key in keys if key not in row]
    if missing:
        raise ConfigError(f"{path}: the {what} {row.get('id', row.get('name', '?'))} lacks {', '.join(missing)}")


def _level(text: str, path: Path) -> Level:
    try:
        return Level(text)
    except ValueError:
        raise ConfigError(f'{path}: "{text}" is no level; use article, passage or span') from None
