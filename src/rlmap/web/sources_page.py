"""Sources: the library, its licences and health, and your own documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from rlmap import views
from rlmap.errors import RlmapError
from rlmap.pipeline.library import StatusRow, corpus_status
from rlmap.pipeline.setting_up import SetupReport
from rlmap.pipeline.uploads import MAX_UPLOAD_BYTES, add_upload, remove_own_document, upload_types
from rlmap.settings import load_settings
from rlmap.types import Progress
from rlmap.web.reader_page import show_source
from rlmap.web.shell import escape, reopen


def render() -> None:
    """Draw the page: ``?s=`` opens a source in the reader."""
    if wanted := st.query_params.get("s"):
        show_source(wanted)
        return
    st.title("Sources")
    rows = corpus_status(load_settings())
    read = [row for row in rows if row.passages]
    st.markdown(
        f"{len(read)} of {len(rows)} sources are here and read; {sum(row.passages for row in rows):,} passages can be "
        f"quoted. {views.counted(sum(len(row.failures) for row in rows), 'document')} could not be read."
    )
    _open(read)
    _table(rows)
    _own(sorted(row.source_id for row in rows if row.profile == "own"))


def _open(read: Sequence[StatusRow]) -> None:
    titles = {row.source_id: row.title for row in read}

    def choose() -> None:
        if chosen := st.session_state["open-source"]:
            reopen(s=chosen)
            st.session_state["open-source"] = None

    st.selectbox(
        "Read a source",
        sorted(titles, key=lambda source_id: titles[source_id].lower()),
        index=None,
        format_func=titles.__getitem__,
        placeholder="Type a title ...",
        key="open-source",
        on_change=choose,
    )


def _table(rows: Sequence[StatusRow]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input("Search the list", placeholder="title, id or licence", width=260)
        kinds = st.pills("Kind", sorted({row.kind for row in rows}), selection_mode="multi", width="content")
        states = st.pills("State", sorted({row.state for row in rows}), selection_mode="multi", width="content")
    shown = [
        row
        for row in rows
        if (not kinds or row.kind in kinds)
        and (not states or row.state in states)
        and words.strip().lower() in f"{row.title} {row.source_id} {row.licence}".lower()
    ]
    st.caption(views.counted(len(shown), "source"))
    if not shown:
        st.info("No source of the library fits: take a filter away.")
        return
    st.dataframe(
        _frame(shown),
        hide_index=True,
        width="stretch",
        height=min(460, 40 + 35 * len(shown)),
        column_config={"address": st.column_config.LinkColumn("address", display_text="open")},
    )


def _frame(rows: Sequence[StatusRow]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "title": row.title,
                "kind": row.kind,
                "licence": row.licence,
                "state": row.state,
                "documents": row.documents,
                "passages": row.passages,
                "unreadable": len(row.failures),
                "reason": row.reason,
                "address": row.url,
                "id": row.source_id,
            }
            for row in rows
        ]
    )


def _own(own_ids: list[str]) -> None:
    st.header("Your own documents")
    st.caption("They stay on this machine. A document is read in a process of its own that has no network.")
    upload = st.file_uploader("Add a document", type=upload_types(), max_upload_size=MAX_UPLOAD_BYTES // 2**20)
    if upload is not None and st.button("Read it", icon=":material/add:", type="primary"):
        _with_progress(
            "Reading", lambda tell: add_upload(load_settings(), upload.name, upload.getvalue(), progress=tell)
        )
    if own_ids:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox("Remove a document", own_ids, index=None, width=360)
            pressed = st.button("Remove", disabled=chosen is None, icon=":material/delete:")
        if pressed and chosen:
            _with_progress("Removing", lambda tell: remove_own_document(load_settings(), chosen, progress=tell))


def _with_progress(title: str, act: Callable[[Progress], SetupReport]) -> None:
    bar = st.progress(0.0, title)

    def report(stage: str, done: int, total: int) -> None:
        bar.progress(min(1.0, done / total) if total else 0.0, f"{title}: {stage}")

    try:
        report_text = act(report).text()
    except RlmapError as error:
        st.error(escape(str(error)))
    else:
        st.success(escape(report_text))
    finally:
        bar.empty()
