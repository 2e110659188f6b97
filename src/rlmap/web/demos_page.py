"""Demos: a gallery, one experiment at a time, live curves, a stop button."""

from __future__ import annotations

import streamlit as st

from rlmap import views
from rlmap.errors import DemoError
from rlmap.pipeline.demos import RunView, cancel_demo, demo_specs, run_view, start_demo
from rlmap.pipeline.workspace import Workspace
from rlmap.types import Budget, DemoSpec, Device
from rlmap.web.charts import curve_chart
from rlmap.web.shell import escape, page_link, workspace

_POLL_S = 0.7


def render() -> None:
    """Draw the page: ``?d=`` opens a demo, ``?run=`` follows a run of it."""
    opened = workspace()
    specs = demo_specs(opened.settings)
    wanted = st.query_params.get("d")
    if wanted is None:
        _gallery(opened, specs)
    elif wanted not in specs:
        raise DemoError(f"There is no demo named {wanted!r}: choose one from the list on the Demos page.")
    else:
        _demo(opened, specs[wanted])


def _gallery(opened: Workspace, specs: dict[str, DemoSpec]) -> None:
    st.title("Demos")
    st.write("Each experiment answers one question by changing one thing, with several seeds.")
    areas = opened.graph.areas
    by_area: dict[str, list[DemoSpec]] = {}
    for spec in specs.values():
        by_area.setdefault(opened.graph.concepts[spec.concept_ids[0]].area, []).append(spec)
    for area in (area for area in areas if area in by_area):
        st.subheader(areas[area])
        columns = st.columns(3)
        for number, spec in enumerate(by_area[area]):
            with columns[number % 3].container(border=True):
                page_link("demos", spec.title, d=spec.id)
                st.caption(escape(spec.question))


def _demo(opened: Workspace, spec: DemoSpec) -> None:
    page_link("demos", "← All demos")
    st.title(spec.title)
    st.markdown(f"**{escape(spec.question)}**")
    st.markdown(f"*What is varied:* {escape(spec.varied)}  \n*What is held fixed:* {escape(spec.fixed)}")
    with st.container(horizontal=True):
        for concept_id in spec.concept_ids:
            page_link("map", opened.graph.concepts[concept_id].title, c=concept_id)
    _controls(opened, spec)
    run_id = st.query_params.get("run")
    if run_id:
        _follow(opened, spec, run_id)
    st.markdown(f"**What to look at.** {escape(spec.look_at)}")
    st.markdown(f"**Try next.** {escape(spec.try_next)}")
    for reference in spec.references:
        st.caption(escape(reference))


def _controls(opened: Workspace, spec: DemoSpec) -> None:
    with st.expander("Settings", icon=":material/tune:"):
        budget: Budget = (
            st.segmented_control("Budget", ["quick", "full"], default="quick", key=f"budget-{spec.id}") or "quick"
        )
        device: Device = (
            st.segmented_control("Device", ["auto", "cpu", "cuda"], default="auto", key=f"device-{spec.id}") or "auto"
        )
        overrides: dict[str, float | int | str | bool] = {}
        for slider in spec.sliders:
            default = float(spec.settings.get(slider.setting, slider.minimum))
            value = st.slider(slider.label, slider.minimum, slider.maximum, default, slider.step)
            if value != default:
                overrides[slider.setting] = value
    plan = spec.budgets[budget]
    st.caption(f"{len(spec.arms)} arms · {plan.seeds} seeds each · {plan.steps:,} steps each")
    if st.button("Run the experiment", type="primary", icon=":material/play_arrow:"):
        try:
            st.query_params["run"] = start_demo(
                opened.settings, spec.id, budget=budget, device=device, overrides=overrides
            )
        except DemoError as error:
            st.error(str(error))


def _follow(opened: Workspace, spec: DemoSpec, run_id: str) -> None:
    first = run_view(opened.settings, run_id)
    every = None if first.ended else _POLL_S

    @st.fragment(run_every=every)
    def live() -> None:
        view = run_view(opened.settings, run_id)
        if view.ended and every is not None:
            st.rerun()
        _state(opened, view)
        _curves(spec, view)

    live()


def _state(opened: Workspace, view: RunView) -> None:
    if view.finished:
        st.success(escape(view.finished.summary), icon=":material/check:")
        for effect in view.finished.effects:
            st.markdown(f"- Expected: {escape(views.effect_sentence(effect))}")
    elif view.failed:
        st.error(escape(view.failed.reason), icon=":material/cancel:")
    else:
        where = f"on {view.started.device}, {view.started.machine}" if view.started else "waiting to start"
        st.info(f"Running {escape(where)}", icon=":material/hourglass:")
        if st.button("Stop", icon=":material/stop:"):
            cancel_demo(opened.settings, view.run_id)


def _curves(spec: DemoSpec, view: RunView) -> None:
    names = sorted({point.name for point in view.points})
    if not names:
        st.caption("No points yet.")
        return
    main = spec.metric.removeprefix("-").partition("@")[0]
    left, right = st.columns(2)
    axis = (
        left.segmented_control("Against", ["seconds", "steps"], default="seconds", key=f"axis-{spec.id}") or "seconds"
    )
    index = names.index(main) if main in names else 0
    name = right.selectbox("Curve", names, index=index, key=f"curve-{spec.id}")
    points = [point for point in view.points if point.name == name]
    labels = {arm.id: arm.label for arm in spec.arms}
    chart = curve_chart(points, labels, axis=axis, title=spec.metric_label if name == main else name)
    st.altair_chart(chart, width="stretch")
