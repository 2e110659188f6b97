"""Curves over seeds, as Vega-Lite charts that the browser draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from rlmap.types import Metric

_BINS = 60

#: Told apart by people with any colour vision (Wong 2011, "Points of view: Color blindness"), first most unlike.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7F7F7F")


def curve_table(points: Sequence[Metric], labels: Mapping[str, str], axis: str) -> pd.DataFrame:
    """Return median, lowest and highest value over seeds for each arm, on a common axis.

    Each seed's curve is carried forward (its last value so far) to at most 60 places along the
    axis, so that seeds that report at different moments can be compared.

    Returns
    -------
    DataFrame
        Columns ``arm, x, median, low, high``; ``x`` in seconds or environment steps.
    """
    rows: list[dict[str, float | str]] = []
    for arm, label in labels.items():
        seeds = sorted({point.seed for point in points if point.arm == arm})
        curves = []
        for seed in seeds:
            mine = [point for point in points if point.arm == arm and point.seed == seed]
            x = np.array([point.time_s if axis == "seconds" else point.step for point in mine], dtype=float)
            curves.append((x, np.array([point.value for point in mine], dtype=float)))
        if not curves:
            continue
        start, end = max(x[0] for x, _ in curves), max(x[-1] for x, _ in curves)
        grid = np.linspace(start, end, _BINS) if end > start else np.array([start])
        values = np.stack([y[np.searchsorted(x, grid, side="right") - 1] for x, y in curves])
        rows += [
            {"arm": label, "x": float(at), "median": float(m), "low": float(low), "high": float(high)}
            for at, m, low, high in zip(
                grid, np.median(values, axis=0), values.min(axis=0), values.max(axis=0), strict=True
            )
        ]
    return pd.DataFrame(rows, columns=["arm", "x", "median", "low", "high"])


def curve_chart(
    points: Sequence[Metric], labels: Mapping[str, str], *, axis: str, title: str
) -> alt.LayerChart | alt.FacetChart:
    """Return a chart of the median over seeds with a band from the lowest to the highest seed."""
    table = curve_table(points, labels, axis)
    name = "seconds of training" if axis == "seconds" else "environment steps"
    arms = list(labels.values())
    scale = alt.Scale(domain=arms, range=[_COLOURS[place % len(_COLOURS)] for place in range(len(arms))])
    base = alt.Chart(table).encode(x=alt.X("x:Q", title=name))
    band = base.mark_area(opacity=0.18).encode(
        y=alt.Y("low:Q", title=title), y2="high:Q", color=alt.Color("arm:N", scale=scale, legend=None)
    )
    line = base.mark_line(strokeWidth=2.5).encode(
        y=alt.Y("median:Q", title=title),
        color=alt.Color("arm:N", title=None, scale=scale, legend=alt.Legend(orient="top", labelLimit=400)),
        tooltip=["arm", alt.Tooltip("x", format=".3s"), alt.Tooltip("median", format=".3g")],
    )
    return alt.layer(band, line).properties(height=320)
