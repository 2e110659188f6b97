"""The page of one demo: its question, the recorded result, and the controls to run it."""

from __future__ import annotations

import streamlit as st

from rlmap import views
from rlmap.errors import DemoError, UnknownNameError
from rlmap.pipeline.demo_results import Recorded, headline
from rlmap.pipeline.demos import recent_runs, run_queue, start_demo
from rlmap.pipeline.workspace import Workspace
from rlmap.types import Budget, DemoSpec, Device, Slider
from rlmap.web.charts import choose_axis, show_bands
from rlmap.web.demo_run import follow_run
from rlmap.web.shell import escape, page_link

Scalar = float | int | str | bool
_STATES = {
    "waiting": "waits",
    "running": "is running",
    "finished": "finished",
    "failed": "failed",
    "cancelled": "stopped",
}


def demo(opened: Workspace, spec: DemoSpec, result: Recorded | None) -> None:
    """Draw the page of a demo."""
    page_link("demos", "← All demos")
    st.title(spec.title)
    st.markdown(f"**{escape(spec.question)}**")
    st.markdown(f"*What is varied:* {escape(spec.varied)}  \n*What is held fixed:* {escape(spec.fixed)}")
    with st.container(horizontal=True):
        for concept_id in spec.concept_ids:
            if concept_id in opened.graph.concepts:
                page_link("map", opened.graph.concepts[concept_id].title, c=concept_id)
    _recorded(spec, result)
    st.header("Run it yourself")
    _controls(opened, spec)
    run_id = st.query_params.get("run")
    if run_id:
        try:
            follow_run(opened.settings, spec, run_id)
        except UnknownNameError:
            st.warning("This run is no longer there.", icon=":material/history:")
    st.markdown(f"**What to look at.** {escape(spec.look_at)}")
    st.markdown(f"**Try next.** {escape(spec.try_next)}")
    for reference in spec.references:
        st.caption(escape(reference))
    _earlier_runs(opened, spec, run_id)


def _recorded(spec: DemoSpec, result: Recorded | None) -> None:
    st.header("What was expected, and what came out")
    if result is None:
        for effect in spec.effects:
            st.markdown(f"- Expected: {escape(effect.statement)}")
        st.caption("No result is recorded yet: run it below, or `rlmap demo verify " + spec.id + "`.")
        return
    record = result.record
    for effect in record["effects"]:
        icon = ":material/check_circle:" if effect["holds"] else ":material/cancel:"
        st.markdown(f"{icon} {escape(views.effect_sentence(effect))}")
    chart, pictures = st.columns([3, 2]) if result.pictures else (st.container(), None)
    with chart:
        _recorded_chart(spec, result)
    if pictures is not None:
        label = next(arm.label for arm in spec.arms if arm.id == spec.effects[0].better)
        with pictures:
            for path in result.pictures:
                moving = path.suffix == ".gif"
                words = "One episode before and after learning" if moving else "Values of the states"
                st.image(path.read_bytes(), caption=f"{words}: {label}", alt=f"{words}: {label}")
    st.caption(
        escape(
            f"Recorded on {record['date']} with {len(record['seeds'])} seeds that the demo was not tuned with, "
            f"{record['steps']:,} steps each, in {record['seconds']:.0f} s on {record['machine']}. "
            "Lines are medians over seeds, bands reach from quartile to quartile."
        )
    )


def _recorded_chart(spec: DemoSpec, result: Recorded) -> None:
    names = list(result.curves)
    main = headline(spec)
    axis = choose_axis(f"recorded-axis-{spec.id}", "steps")
    name = main if main in names else names[0]
    if len(names) > 1:
        name = st.selectbox("Curve", names, index=names.index(name), key=f"recorded-curve-{spec.id}")
    curves = result.curves[name]
    title = spec.metric_label if name == main else name
    show_bands(curves.bands[axis], curves.labels, axis=axis, title=title)


def _controls(opened: Workspace, spec: DemoSpec) -> None:
    with st.expander("Settings", icon=":material/tune:"):
        left, right = st.columns(2)
        budget: Budget = (
            left.segmented_control("Budget", ["quick", "full"], default="quick", key=f"budget-{spec.id}") or "quick"
        )
        device: Device = (
            right.segmented_control("Device", ["auto", "cpu", "cuda"], default="auto", key=f"device-{spec.id}")
            or "auto"
        )
        overrides: dict[str, Scalar] = {}
        for slider in spec.sliders:
            overrides.update(_slider(spec, slider))
    plan = spec.budgets[budget]
    arms = len(spec.arms) + any(name in spec.arms[0].settings for name in overrides)
    st.caption(
        f"{arms} arms · {plan.seeds} seeds each · {plan.steps:,} steps each · at most {_minutes(plan.max_seconds)}"
    )
    waiting = run_queue(opened.settings)
    if waiting:
        st.caption(f"{escape(waiting[0].demo_id)} is running, {len(waiting) - 1} more wait; a new run waits its turn.")
    if st.button("Run the experiment", type="primary", icon=":material/play_arrow:"):
        try:
            st.query_params["run"] = start_demo(
                opened.settings, spec.id, budget=budget, device=device, overrides=overrides
            )
        except DemoError as error:
            st.error(escape(str(error)), icon=":material/error:")


def _slider(spec: DemoSpec, slider: Slider) -> dict[str, Scalar]:
    """Return what the reader changed: nothing while a slider is where the demo has it.

    A setting that the arms vary has a value in each of them, so there the reader adds an arm of their own.
    """
    name = slider.setting
    varied = name in spec.arms[0].settings
    default = spec.arms[0].settings[name] if varied else spec.settings.get(name, slider.minimum)
    own = not varied or st.toggle(f"Add an arm of your own: {escape(slider.label)}", key=f"own-{spec.id}-{name}")
    if isinstance(default, int) and not isinstance(default, bool):
        whole = int(slider.minimum), int(slider.maximum), int(default), max(1, int(slider.step))
        value: Scalar = st.slider(escape(slider.label), *whole, key=f"set-{spec.id}-{name}", disabled=not own)
    else:
        number = slider.minimum, slider.maximum, float(default), slider.step
        value = st.slider(escape(slider.label), *number, key=f"set-{spec.id}-{name}", disabled=not own, format="%.4g")
    changed = own and (varied or value != default)
    return {name: value} if changed else {}


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _earlier_runs(opened: Workspace, spec: DemoSpec, shown: str | None) -> None:
    runs = [(run_id, state) for run_id, state in recent_runs(opened.settings, spec.id) if run_id != shown]
    if not runs:
        return
    with st.expander("Other runs of this demo", icon=":material/history:"):
        for run_id, state in runs:
            day, clock = run_id.split("-")[:2]
            when = f"{day[:4]}-{day[4:6]}-{day[6:]} {clock[:2]}:{clock[2:4]}"
            page_link("demos", f"{when}, {_STATES[state]}", d=spec.id, run=run_id)
