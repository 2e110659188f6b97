"""Take a path elsewhere: a link, files for other programs, and back from a file."""

from __future__ import annotations

import json
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from rlmap import path_views as views
from rlmap.errors import RlmapError
from rlmap.pipeline.path_files import exported_path, imported_profile
from rlmap.pipeline.paths import Shelf
from rlmap.pipeline.workspace import Workspace
from rlmap.types import LearnerProfile, StudyPath
from rlmap.web import path_profile
from rlmap.web.shell import escape

_MOST_UPLOADED_MB = 5
_PROBLEM = "_import_problem"
_LEFT_OUT = "_import_left_out"


def show(opened: Workspace, profile: LearnerProfile, path: StudyPath, around: Shelf) -> None:
    """Draw the link, the files and the import."""
    st.header("As a link")
    st.caption("The address holds all that you said, so it needs no account. What you have done is not in it.")
    st.code(_link(profile), language=None, wrap_lines=True)
    st.header("As a file")
    payload = json.dumps(views.path_payload(path, around), ensure_ascii=False, indent=2)
    files = (
        ("Markdown", "path.md", "text/markdown", ":material/checklist:", views.path_markdown(path, around)),
        ("JSON", "path.json", "application/json", ":material/data_object:", payload),
        ("Table (CSV)", "path.csv", "text/csv", ":material/table:", exported_path(opened, path, "csv")),
        ("Calendar", "path.ics", "text/calendar", ":material/calendar_month:", exported_path(opened, path, "ics")),
    )
    with st.container(horizontal=True):
        for label, name, kind, icon, data in files:
            st.download_button(label, data, name, kind, icon=icon, on_click="ignore")
        st.download_button(
            "Anki cards",
            lambda: exported_path(opened, path, "apkg"),
            "path.apkg",
            "application/octet-stream",
            icon=":material/style:",
            on_click="ignore",
            help="A card for each goal, with quotes on its back. It takes a while to make.",
        )
    st.header("From a file")
    sent = st.file_uploader("A path saved as JSON", type="json", max_upload_size=_MOST_UPLOADED_MB, key="path_file")
    if sent is not None:
        st.button("Use the profile of this file", on_click=_import, args=(opened, sent.getvalue()))
    if _PROBLEM in st.session_state:
        st.error(escape(st.session_state.pop(_PROBLEM)), icon=":material/error:")
    if _LEFT_OUT in st.session_state:
        st.warning(escape(st.session_state.pop(_LEFT_OUT)), icon=":material/info:")


def _link(profile: LearnerProfile) -> str:
    page = urlsplit(st.context.url or "")
    return urlunsplit(
        (page.scheme, page.netloc, page.path, urlencode(path_profile.address_of(profile), doseq=True), "")
    )


def _import(opened: Workspace, data: bytes) -> None:
    try:
        profile, vanished = imported_profile(opened, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        st.session_state[_PROBLEM] = f"The file is not text ({error.reason}): choose a path saved as JSON."
    except RlmapError as error:
        st.session_state[_PROBLEM] = str(error)
    else:
        path_profile.use(profile)
        if vanished:
            st.session_state[_LEFT_OUT] = views.vanished_sentence(vanished)
