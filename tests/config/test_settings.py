from __future__ import annotations

from pathlib import Path

from triage.config.settings import settings


def test_an_option_wins_over_the_environment_and_that_over_the_default() -> None:
    environ = {"TRIAGE_DB": "sqlite:///team.db", "USER": "ana"}

    assert settings({}).db_url == "sqlite:///desk.db"
    assert settings(environ).db_url == "sqlite:///team.db"
    assert settings(environ, db_url="sqlite:///mine.db").db_url == "sqlite:///mine.db"


def test_who_acts_is_the_system_user_unless_named() -> None:
    assert settings({"USER": "ana"}).actor == "ana"
    assert settings({"USER": "ana"}, actor="bo").actor == "bo"
    assert settings({}).actor.startswith("uid")


def test_models_lie_in_the_home() -> None:
    assert settings({"TRIAGE_HOME": "/srv/desk"}).models == Path("/srv/desk/models")
