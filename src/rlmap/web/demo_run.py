"""A run as it goes: where it stands, its curves, its pictures, and files to keep."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rlmap import views
from rlmap.pipeline.demo_results import curves_file, headline, run_curves
from rlmap.pipeline.demos import RunView, cancel_demo, run_pictures, run_view
from rlmap.settings import Settings
from rlmap.types import DemoSpec
from rlmap.web.charts import choose_axis, show_bands
from rlmap.web.shell import escape

_POLL_S = 0.7
_MIME = {"png": "image/png", "csv": "text/csv", "json": "application/json"}


def follow_run(settings: Settings, spec: DemoSpec, run_id: str) -> None:
    """Draw a run and keep it up to date until it is over.

    The run is a process of its own: closing the page does not end it, and its address shows it again.

    Raises
    ------
    UnknownNameError
        If there is no such run.
    """
    first = run_view(settings, run_id)
    if first.demo_id != spec.id:
        st.warning(f"This run belongs to the demo {escape(first.demo_id)}.", icon=":material/error:")
        return
    every = None if first.ended else _POLL_S

    @st.fragment(run_every=every)
    def live() -> None:
        view = run_view(settings, run_id)
        if view.ended and every is not None:
            st.rerun()
        _state(settings, view)
        _curves(settings, spec, view)
        if view.ended:
            _pictures(settings, view)

    live()


def _state(settings: Settings, view: RunView) -> None:
    if view.finished:
        st.success(escape(view.finished.summary), icon=":material/check:")
        for effect in view.finished.effects:
            icon = ":material/check_circle:" if effect["holds"] else ":material/cancel:"
            st.markdown(f"{icon} {escape(views.effect_sentence(effect))}")
    elif view.failed:
        st.error(escape(view.failed.reason), icon=":material/cancel:")
    else:
        st.info(escape(_where(view)), icon=":material/hourglass:")
        st.progress(view.share_done, text=f"{view.share_done:.0%} of all steps")
        if st.button("Stop", icon=":material/stop:"):
            cancel_demo(settings, view.run_id)
    labels = {arm.id: arm.label for arm in view.arms}
    for failure in view.arm_failures:
        arm = labels.get(failure.arm or "", failure.arm)
        st.warning(escape(f"{arm}, seed {failure.seed}: {failure.reason}"), icon=":material/warning:")


def _where(view: RunView) -> str:
    if view.started is None:
        return f"Waiting: {view.ahead} before it." if view.ahead else "Starting ..."
    return f"Running on {view.started.device}, {view.started.machine}"


def _curves(settings: Settings, spec: DemoSpec, view: RunView) -> None:
    names = view.metrics
    if not names:
        st.caption("No points yet.")
        return
    main = headline(spec)
    left, right = st.columns(2)
    with left:
        axis = choose_axis(f"axis-{spec.id}", "seconds")
    index = names.index(main) if main in names else 0
    name = right.selectbox("Curve", names, index=index, key=f"curve-{spec.id}")
    labels = {arm.id: arm.label for arm in view.arms}
    title = spec.metric_label if name == main else name
    show_bands(view.bands(name, axis), labels, axis=axis, title=title)
    if view.ended:
        with st.container(horizontal=True):
            for kind, mime in _MIME.items():
                st.download_button(
                    f"Save as {kind.upper()}",
                    partial(_file, settings, view.run_id, name, kind, title),
                    file_name=f"{view.run_id}-{name}.{kind}",
                    mime=mime,
                    on_click="ignore",
                )


def _file(settings: Settings, run_id: str, metric: str, kind: str, title: str) -> bytes:
    return curves_file([run_curves(settings, run_id, metric)], kind, title)


def _pictures(settings: Settings, view: RunView) -> None:
    pictures = run_pictures(settings, view.run_id)
    if not pictures:
        return
    st.markdown(f"**One episode of each arm, before and after learning** (seed {view.seeds[0]})")
    for picture in pictures:
        moving = picture.path.suffix == ".gif"
        words = "before and after learning" if moving else "values of the states"
        st.image(picture.path.read_bytes(), caption=picture.arm_label, alt=f"{picture.arm_label}: {words}")
