"""Sources: the library, its licences and health, and your own documents."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import streamlit as st

from rlmap.errors import RlmapError
from rlmap.pipeline.library import corpus_status
from rlmap.pipeline.setting_up import SetupReport, add_document, remove_document
from rlmap.settings import load_settings
from rlmap.types import Progress

UPLOAD_TYPES = ["pdf", "md", "rst", "html", "ipynb", "tex", "vtt", "srt", "epub", "txt"]


def render() -> None:
    """Draw the page."""
    st.title("Sources")
    settings = load_settings()
    rows = corpus_status(settings)
    st.write(
        f"{sum(row.passages > 0 for row in rows)} of {len(rows)} sources are here and read; "
        f"{sum(row.passages for row in rows):,} passages can be quoted."
    )
    states = sorted({row.state for row in rows})
    kinds = sorted({row.kind for row in rows})
    left, right = st.columns(2)
    chosen_kinds = left.pills("Kind", kinds, selection_mode="multi")
    chosen_states = right.pills("State", states, selection_mode="multi")
    table = pd.DataFrame(
        [
            {
                "title": row.title,
                "kind": row.kind,
                "licence": row.licence,
                "profile": row.profile,
                "state": row.state,
                "passages": row.passages,
                "reason": row.reason,
                "address": row.url,
                "id": row.source_id,
            }
            for row in rows
            if (not chosen_kinds or row.kind in chosen_kinds) and (not chosen_states or row.state in chosen_states)
        ]
    )
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        height=460,
        column_config={"address": st.column_config.LinkColumn("address", display_text="open")},
    )
    _own(sorted(row.source_id for row in rows if row.profile == "own"))


def _own(own_ids: list[str]) -> None:
    st.subheader("Your own documents")
    upload = st.file_uploader("Add a document", type=UPLOAD_TYPES)
    if upload is not None and st.button("Read it", icon=":material/add:"):
        with tempfile.TemporaryDirectory() as folder:
            # Only the last part of the name is used, so a name cannot point outside the folder.
            place = Path(folder) / Path(upload.name).name
            place.write_bytes(upload.getvalue())
            _with_progress("Reading", lambda progress: add_document(load_settings(), str(place), progress=progress))
    if own_ids:
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        chosen = left.selectbox("Remove a document", own_ids, index=None)
        if right.button("Remove", disabled=chosen is None, icon=":material/delete:") and chosen:
            _with_progress("Removing", lambda progress: remove_document(load_settings(), chosen, progress=progress))


def _with_progress(title: str, act: Callable[[Progress], SetupReport]) -> None:
    bar = st.progress(0.0, title)

    def report(stage: str, done: int, total: int) -> None:
        bar.progress(min(1.0, done / total) if total else 0.0, f"{title}: {stage}")

    try:
        report_text = act(report).text()
    except RlmapError as error:
        st.error(str(error))
    else:
        st.success(report_text)
