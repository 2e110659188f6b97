"""Figures as PNG files: curves with their bands, and what a sweep found."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from rlmap.demos.compare import AXES, Curves

#: Told apart by people with any colour vision (Wong 2011, "Points of view: Color blindness"), first most unlike.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7F7F7F")
_AXIS_TITLES = {"steps": "environment steps", "seconds": "seconds of training"}


def curves_png(sources: Sequence[Curves], title: str) -> bytes:
    """Draw the curves of all arms against steps and against seconds.

    Parameters
    ----------
    sources : sequence of Curves
        Runs or records; where there are several, the legend names them.
    title : str
        Of the vertical axis.

    Returns
    -------
    bytes
        A PNG; lines are medians over seeds, bands run from quartile to quartile.
    """
    figure = _figure(9.6, 4.0)
    panels = figure.subplots(1, 2, sharey=True)
    for panel, axis in zip(panels, AXES, strict=True):
        number = 0
        for curves in sources:
            for arm, band in curves.bands[axis].items():
                colour = COLOURS[number % len(COLOURS)]
                prefix = f"{curves.source}: " if len(sources) > 1 else ""
                panel.plot(band.x, band.median, color=colour, label=prefix + curves.labels.get(arm, arm))
                panel.fill_between(band.x, band.low, band.high, color=colour, alpha=0.18, linewidth=0)
                number += 1
        panel.set_xlabel(_AXIS_TITLES[axis])
        panel.grid(alpha=0.25)
    panels[0].set_ylabel(title)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False)
    return _png(figure)


def pareto_png(rows: Sequence[Mapping[str, Any]], metric: str) -> bytes:
    """Draw score against seconds of the trials of a sweep; the Pareto front is joined by a line.

    Parameters
    ----------
    rows : sequence of mapping
        With ``score``, ``seconds`` and ``on_front``; trials without a score are left out.
    metric : str
        What the score is.
    """
    figure = _figure(6.4, 4.4)
    panel = figure.subplots()
    scored = [row for row in rows if row["score"] is not None]
    panel.scatter(
        [row["seconds"] for row in scored], [row["score"] for row in scored], color=COLOURS[6], label="trials"
    )
    front = sorted((row for row in scored if row["on_front"]), key=lambda row: float(row["seconds"]))
    panel.step(
        [row["seconds"] for row in front],
        [row["score"] for row in front],
        where="post",
        marker="o",
        color=COLOURS[1],
        label="best for its seconds",
    )
    panel.set_xlabel("seconds of a trial")
    panel.set_ylabel(f"{metric} (higher is better)")
    panel.grid(alpha=0.25)
    panel.legend(frameon=False)
    return _png(figure)


def _figure(width: float, height: float) -> Any:
    from matplotlib.figure import Figure  # noqa: PLC0415 - costs half a second, and only a figure needs it

    return Figure(figsize=(width, height), layout="constrained")


def _png(figure: Any) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=130)
    return buffer.getvalue()
