"""Many values in one parameter: a list of thousands would cost more to write into the statement than to look up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def among(connection: Connection, column: sa.Column[Any], values: Collection[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that `column` is one of `values`, which are looked up in order."""
    listed = sorted(values)
    if connection.dialect.name == "sqlite":
        each = sa.func.json_each(orjson.dumps(listed).decode()).table_valued("value")
        return column.in_(sa.select(each.c.value))
    return column == sa.any_(sa.literal(listed, ARRAY(column.type)))


def insert_pairs(connection: Connection, table: sa.Table, pairs: Sequence[tuple[int, int]]) -> None:
    """Add rows to a table of two integer columns."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    columns = ", ".join(column.name for column in table.columns)
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({mark}, {mark})", list(pairs))
