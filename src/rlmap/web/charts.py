"""Curves over seeds: Vega-Lite charts that the browser draws, and small pictures of them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import altair as alt
import pandas as pd
import streamlit as st

from rlmap.pipeline.demo_results import COLOURS, Axis, Band, Recorded, headline
from rlmap.types import DemoSpec

_AXIS_TITLES: dict[Axis, str] = {"seconds": "seconds of training", "steps": "environment steps"}

#: Of a picture in the gallery, in pixels.
_WIDTH, _HEIGHT, _MARGIN = 240, 96, 6

#: The first values are left out of the picture if they stretch it by more than this factor.
_SQUASHED = 3.0
_FEWEST_POINTS = 8


def band_table(bands: Mapping[str, Band], labels: Mapping[str, str]) -> pd.DataFrame:
    """Return bands as a table.

    Returns
    -------
    DataFrame
        Columns ``arm`` (its label), ``x, median, low, high``.
    """
    rows = [
        {"arm": labels.get(arm, arm), "x": x, "median": median, "low": low, "high": high}
        for arm, band in bands.items()
        for x, median, low, high in zip(band.x, band.median, band.low, band.high, strict=True)
    ]
    return pd.DataFrame(rows, columns=["arm", "x", "median", "low", "high"])


def band_chart(
    bands: Mapping[str, Band], labels: Mapping[str, str], *, axis: Axis, title: str
) -> alt.LayerChart | alt.FacetChart:
    """Return a chart of the median over seeds, with a band from quartile to quartile."""
    table = band_table(bands, labels)
    limits = settled_range(bands)
    height = alt.Scale(domain=limits, nice=False) if limits else alt.Scale()
    arms = list(dict.fromkeys(labels.values()))
    scale = alt.Scale(domain=arms, range=[COLOURS[place % len(COLOURS)] for place in range(len(arms))])
    legend = alt.Legend(orient="top", columns=1, labelLimit=400, symbolOpacity=1.0)
    base = alt.Chart(table).encode(
        x=alt.X("x:Q", title=_AXIS_TITLES[axis]), color=alt.Color("arm:N", title=None, scale=scale, legend=legend)
    )
    band = base.mark_area(opacity=0.18, clip=True).encode(y=alt.Y("low:Q", title=title, scale=height), y2="high:Q")
    line = base.mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=12, clip=True), clip=True).encode(
        y=alt.Y("median:Q", title=title, scale=height),
        tooltip=["arm", alt.Tooltip("x", format=".3s"), alt.Tooltip("median", format=".3g")],
    )
    return alt.layer(band, line).properties(height=320)


def settled_range(bands: Mapping[str, Band]) -> tuple[float, float] | None:
    """Return the values to draw where the first quarter of the points would squash the rest.

    Returns
    -------
    tuple of float or None
        Lowest and highest value to draw, with a margin; ``None`` where all values fit.
    """
    whole = [value for band in bands.values() for value in (*band.low, *band.high)]
    later = [
        value
        for band in bands.values()
        for series in (band.low, band.high)
        for value in series[len(series) // 4 if len(series) >= _FEWEST_POINTS else 0 :]
    ]
    if not later:
        return None
    low, high = min(later), max(later)
    if high <= low or max(whole) - min(whole) <= _SQUASHED * (high - low):
        return None
    margin = 0.08 * (high - low)
    return low - margin, high + margin


def show_bands(bands: Mapping[str, Band], labels: Mapping[str, str], *, axis: Axis, title: str) -> None:
    """Draw a chart of bands, with its last values in words for those who cannot see it."""
    chart = band_chart(bands, labels, axis=axis, title=title)
    st.altair_chart(chart, width="stretch", alt=curve_words(bands, labels, title))
    if settled_range(bands):
        values = [value for band in bands.values() for value in (*band.low, *band.high)]
        st.caption(
            f"The first values, which are far from the rest, are left out of the picture: all lie between "
            f"{min(values):.4g} and {max(values):.4g}."
        )


def choose_axis(key: str, default: Axis) -> Axis:
    """Let the reader choose what is on the horizontal axis."""
    choices: list[Axis] = ["steps", "seconds"]
    return st.segmented_control("Against", choices, default=default, key=key) or default


def show_result_picture(spec: DemoSpec, result: Recorded | None) -> None:
    """Draw the small picture of a demo's recorded result; nothing where none is recorded."""
    curves = result.curves.get(headline(spec)) if result else None
    if curves and curves.bands["steps"]:
        words = curve_words(curves.bands["steps"], curves.labels, spec.metric_label)
        st.image(curve_picture(curves.bands["steps"], curves.labels), width="stretch", alt=words)


def curve_picture(bands: Mapping[str, Band], labels: Mapping[str, str]) -> str:
    """Return bands as a small SVG without axes: which arm ends up above which is all that it says."""
    points = [value for band in bands.values() for value in (*band.low, *band.high)]
    ends = [x for band in bands.values() for x in (band.x[0], band.x[-1])]
    left, right = min(ends), max(ends)
    low, high = settled_range(bands) or (min(points), max(points))

    def place(x: float, y: float) -> str:
        across = (x - left) / (right - left) if right > left else 0.5
        up = (y - low) / (high - low) if high > low else 0.5
        return f"{_MARGIN + across * (_WIDTH - 2 * _MARGIN):.1f},{_HEIGHT - _MARGIN - up * (_HEIGHT - 2 * _MARGIN):.1f}"

    shapes = []
    for number, arm in enumerate(labels):
        band = bands.get(arm)
        if band is None:
            continue
        colour = COLOURS[number % len(COLOURS)]
        upper = [place(x, y) for x, y in zip(band.x, band.high, strict=True)]
        lower = [place(x, y) for x, y in zip(band.x, band.low, strict=True)]
        middle = [place(x, y) for x, y in zip(band.x, band.median, strict=True)]
        shapes.append(f'<polygon points="{" ".join([*upper, *reversed(lower)])}" fill="{colour}" opacity="0.18"/>')
        shapes.append(
            f'<polyline points="{" ".join(middle)}" fill="none" stroke="{colour}" stroke-width="2.5" '
            'stroke-linejoin="round"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}"><rect width="{_WIDTH}" height="{_HEIGHT}" rx="6" fill="#7f7f7f" opacity="0.07"/>'
        f"{''.join(shapes)}</svg>"
    )


def curve_words(bands: Mapping[str, Band], labels: Mapping[str, str], title: str) -> str:
    """Return in words what :func:`curve_picture` shows, for those who cannot see it."""
    ends = [f"{labels.get(arm, arm)} {band.median[-1]:.3g}" for arm, band in bands.items()]
    return escape(f"{title}, at the end: {'; '.join(ends)}", quote=False)
