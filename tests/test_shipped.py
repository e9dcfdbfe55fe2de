from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from triage import shipped
from triage.errors import InputError

ROOT = Path(__file__).parent.parent


def test_the_clone_holds_the_shipped_data() -> None:
    assert shipped.shipped("starter", "en.jsonl") == ROOT / "data" / "starter" / "en.jsonl"


def test_what_is_not_shipped_is_one_clear_line() -> None:
    with pytest.raises(InputError, match=r"lacks the shipped data starter/xx\.jsonl"):
        shipped.shipped("starter", "xx.jsonl")


def test_the_wheel_holds_all_the_shipped_data_and_the_package_finds_it(tmp_path: Path) -> None:
    source, site = tmp_path / "source", tmp_path / "site"
    source.mkdir()
    for name in ("triage", "data", "models"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", tmp_path]
    subprocess.run([*build, source], check=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as archive:
        archive.extractall(site)

    kept = [*(source / "data").rglob("*"), *(source / "models").rglob("*")]
    ours = {path.relative_to(source).as_posix() for path in kept if path.is_file()}
    held = {path.relative_to(site / "triage").as_posix() for path in (site / "triage").rglob("*")}
    modules = {path.relative_to(source / "triage").as_posix() for path in (source / "triage").rglob("*.py")}
    assert sorted((ours | modules) - held) == []

    find = (
        f"import sys; sys.path.insert(0, {str(site)!r}); from triage.shipped import shipped; print(shipped('taxonomy'))"
    )
    found = subprocess.run([sys.executable, "-I", "-c", find], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert Path(found.stdout.strip()) == site / "triage" / "data" / "taxonomy"
