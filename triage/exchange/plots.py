"""Figures as files: curves that a replay or an evaluation gives, as SVG, PNG or PDF by the file's ending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import MissingExtra, OutputError, UsageError
from triage.files.atomic import atomic_output

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = (".svg", ".png", ".pdf")
# Colours that people with any colour sense tell apart (Okabe and Ito), and dashes for those who print in grey.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_DASHES = ("-", "--", ":", "-.", (0, (5, 1)), (0, (1, 1)))


def check_plot(path: Path, *, overwrite: bool) -> None:
    """Raise at once what `recall_plot` would raise after a long run.

    `UsageError` for a file that is no figure, `OutputError` for one that exists, `MissingExtra` where nothing can draw.
    """
    if path.suffix.lower() not in KINDS:
        raise UsageError(f"{path} is no figure; name a file that ends in {', '.join(KINDS)}")
    if path.exists() and not overwrite:
        raise OutputError(f"{path} exists already; add --overwrite to replace it")
    try:
        import matplotlib as _  # noqa: F401
    except ModuleNotFoundError:
        raise MissingExtra("--plot", "dev") from None


def recall_plot(
    curves: Mapping[str, Sequence[Sequence[float]]], path: Path, *, title: str, overwrite: bool = False
) -> None:
    """Draw how much is found (0 to 1) after which share of the rows: for each order its mean, and each seed's curve.

    A curve gives the recall after 0 rows, and so on in equal steps to all of them; those of one order are of one
    length.
    """
    import numpy as np

    figure = _figure()
    axes = figure.subplots()
    for (name, seeds), colour, dash in zip(curves.items(), _COLOURS, _DASHES, strict=False):
        each = np.asarray(seeds)
        shares = np.linspace(0, 1, each.shape[1])
        if len(each) > 1:
            axes.plot(shares, each.T, color=colour, linewidth=0.6, alpha=0.35)
        label = name if len(each) == 1 else f"{name}, mean of {len(each)}"
        axes.plot(shares, each.mean(axis=0), color=colour, linestyle=dash, linewidth=2, label=label)
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel="share of the rows seen", ylabel="share of the positives found")
    axes.set_title(title, fontsize=10, loc="left")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.grid(alpha=0.3, linewidth=0.5)
    axes.legend(loc="lower right", frameon=False)
    save(figure, path, overwrite=overwrite)


def save(figure: Figure, path: Path, *, overwrite: bool = False) -> None:
    """Write a figure; it appears whole or not at all, and the same figure gives the same bytes."""
    import matplotlib

    kind = path.suffix.lower().removeprefix(".")
    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}[kind]
    drawn = BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "triage"}):
        figure.savefig(drawn, format=kind, dpi=150, metadata=metadata)
    with atomic_output(path, overwrite=overwrite) as stream:
        stream.write(drawn.getvalue())


def _figure() -> Figure:
    """Return an empty figure that needs no screen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.4), layout="constrained")
    FigureCanvasAgg(figure)
    return figure
