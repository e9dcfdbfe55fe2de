from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from triage.cli.output import print_json


class Pair(NamedTuple):
    name: str
    at: datetime


@dataclass(frozen=True)
class Holder:
    pairs: tuple[Pair, ...]


def test_named_tuples_and_dataclasses_are_objects_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_json([Holder(pairs=(Pair("a", datetime(2026, 5, 4, tzinfo=UTC)),))])

    assert json.loads(capsys.readouterr().out) == [{"pairs": [{"name": "a", "at": "2026-05-04T00:00:00+00:00"}]}]


def test_what_has_no_form_in_json_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(TypeError):
        print_json(object())
