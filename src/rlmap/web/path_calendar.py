"""A path over time: a chart of its stages, the weeks in words, and what another pace would do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import altair as alt
import pandas as pd
import streamlit as st

from rlmap import path_views as views
from rlmap.pipeline.following import Week, calendar_of, other_pace, today
from rlmap.types import StudyPath
from rlmap.views import hours
from rlmap.web.shell import escape

#: Told apart by people with any colour vision (Wong 2011, "Points of view: Color blindness").
_COLOURS = {"read": "#0072B2", "build": "#D55E00", "demo": "#009E73", "check": "#E69F00", "paper": "#CC79A7"}
_DAYS_A_WEEK = 7
#: Of the chart, in pixels: a stage, and the legend and the axis, which count towards its height.
_ROW_PX = 26
_AROUND_ROWS_PX = 120


def show(path: StudyPath) -> None:
    """Draw the chart, the answer to "what if", and the weeks."""
    if not path.steps:
        st.write("Nothing is left to do.")
        return
    left, right = st.columns(2, vertical_alignment="bottom")
    start = left.date_input("Begin on", today(), key="path_start")
    pace = float(path.profile.hours_per_week)
    other = right.slider("What if I had this many hours a week?", 1.0, 40.0, min(40.0, max(1.0, pace)), 0.5)
    if other != pace:
        st.info(escape(views.pace_sentence(path, other, *other_pace(path, other))), icon=":material/timelapse:")
    weeks = calendar_of(path, start, other)
    st.altair_chart(_chart(path, weeks), width="stretch")
    st.caption(
        f"{len(weeks)} weeks; the last begins on {weeks[-1].starts.isoformat()}. A fifth of each week is left free, "
        "because estimates are estimates. The same in words:"
    )
    for week in weeks:
        with st.expander(f"Week {week.number}, from {week.starts.isoformat()}: {hours(week.minutes)}"):
            st.markdown("\n".join(f"- {escape(views.portion_sentence(portion))}" for portion in week.portions))


def timeline(path: StudyPath, weeks: Sequence[Week]) -> pd.DataFrame:
    """Return when each portion of a path is done, spread over its week in proportion to its minutes.

    Returns
    -------
    DataFrame
        Columns ``stage, step, kind, start, end``, one row a portion; times as dates.
    """
    stage_of = {
        at: f"{number}. {stage.title}"
        for number, stage in enumerate(path.stages, 1)
        for at in range(stage.first, stage.last + 1)
    }
    rows = []
    for week in weeks:
        begun = 0
        for portion in week.portions:
            begin, end = (
                pd.Timestamp(week.starts) + timedelta(days=_DAYS_A_WEEK * minutes / max(1, week.minutes))
                for minutes in (begun, begun + portion.minutes)
            )
            begun += portion.minutes
            step = portion.step
            rows.append(
                {
                    "stage": stage_of[portion.number - 1],
                    "step": step.title,
                    "kind": step.kind,
                    "start": begin,
                    "end": end,
                }
            )
    return pd.DataFrame(rows, columns=["stage", "step", "kind", "start", "end"])


def _chart(path: StudyPath, weeks: Sequence[Week]) -> alt.Chart:
    table = timeline(path, weeks)
    kinds = [kind for kind in _COLOURS if kind in set(table["kind"])]
    scale = alt.Scale(domain=kinds, range=[_COLOURS[kind] for kind in kinds])
    stages = list(dict.fromkeys(table["stage"]))
    chart: alt.Chart = (
        alt.Chart(table, description="When each stage is worked on, by kind of step")
        .mark_bar(height=14)
        .encode(
            x=alt.X("start:T", title=None, axis=alt.Axis(format="%d %b", labelOverlap=True)),
            x2="end:T",
            y=alt.Y("stage:N", sort=stages, title=None, axis=alt.Axis(labelLimit=150, labelOverlap=False)),
            color=alt.Color("kind:N", scale=scale, title=None, legend=alt.Legend(orient="top", columns=3)),
            tooltip=["step", "kind", alt.Tooltip("start:T", format="%d %b")],
        )
        .properties(height=_ROW_PX * len(stages) + _AROUND_ROWS_PX)
    )
    return chart
