from __future__ import annotations

from pathlib import Path

import pytest

from triage.errors import OutputError, UsageError
from triage.exchange.plots import KINDS, check_plot, recall_plot

CURVES = {"triage": [[0.0, 0.7, 1.0], [0.0, 0.9, 1.0]], "random": [[0.0, 0.5, 1.0]]}
BEGINS = {".svg": b"<?xml", ".png": b"\x89PNG", ".pdf": b"%PDF"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_curves_give_the_same_file(tmp_path: Path, kind: str) -> None:
    for name in ("a", "b"):
        recall_plot(CURVES, tmp_path / f"{name}{kind}", title="10 of 100 rows")

    drawn = (tmp_path / f"a{kind}").read_bytes()
    assert drawn == (tmp_path / f"b{kind}").read_bytes()
    assert drawn.startswith(BEGINS[kind])


def test_every_order_is_named_and_a_mean_says_of_how_many(tmp_path: Path) -> None:
    import matplotlib

    with matplotlib.rc_context({"svg.fonttype": "none"}):
        recall_plot(CURVES, tmp_path / "a.svg", title="10 of 100 rows")

    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert all(said in drawn for said in ("triage, mean of 2", ">random<", "10 of 100 rows", "share of the rows seen"))


def test_what_is_no_figure_and_what_exists_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "a.svg").touch()

    with pytest.raises(UsageError, match=r"ends in \.svg, \.png, \.pdf"):
        check_plot(tmp_path / "a.txt", overwrite=True)
    with pytest.raises(OutputError, match="--overwrite"):
        check_plot(tmp_path / "a.svg", overwrite=False)
    check_plot(tmp_path / "a.svg", overwrite=True)
