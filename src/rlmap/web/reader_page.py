"""The reader: a source as it is, with every place marked that answers may quote, and what each explains."""

from __future__ import annotations

import html

import streamlit as st

from rlmap import views
from rlmap.errors import ExtractError, UnknownNameError
from rlmap.pipeline.library import StatusRow, corpus_status
from rlmap.pipeline.reader import DocumentPart, Place, open_part, part_picture, readings_of, source_documents
from rlmap.pipeline.workspace import Workspace
from rlmap.spelling import nearest_names
from rlmap.types import Source
from rlmap.web.shell import escape, page_link, reopen, workspace

_PREVIEW_CHARS = 160


def show_source(wanted: str) -> None:
    """Draw a source: ``?doc=`` one of its documents, ``?part=`` a page or part, ``?at=`` a character to mark."""
    opened = workspace()
    page_link("sources", "← All sources")
    if wanted not in opened.sources:
        raise UnknownNameError("source", wanted[:80], nearest_names(wanted[:80], opened.sources))
    source = opened.sources[wanted]
    st.title(escape(source.title))
    row = next(row for row in corpus_status(opened.settings) if row.source_id == source.id)
    _facts(source, row)
    documents = source_documents(opened, source.id)
    if not documents:
        st.info(escape(row.reason or "Nothing of it has been read yet."), icon=":material/info:")
        _recommended(opened, source)
        return
    _read(opened, source, {document.id: document.member or document.title for document in documents})
    _recommended(opened, source)
    if row.failures:
        with st.expander(f"{views.counted(len(row.failures), 'document')} could not be read"):
            for document_id, reason in row.failures:
                st.markdown(f"- {escape(document_id)}: {escape(reason)}")


def _facts(source: Source, row: StatusRow) -> None:
    st.markdown(escape(views.byline(source).removeprefix(source.title).strip(" ()")))
    quotable = views.counted(row.passages, "passage")
    st.caption(f"{views.counted(row.documents, 'document')} read · {quotable} can be quoted · {escape(row.state)}")
    if source.url.startswith(("http://", "https://")):
        st.link_button("Open where it was published", source.url, icon=":material/open_in_new:")


def _read(opened: Workspace, source: Source, members: dict[str, str]) -> None:
    document_id = st.query_params.get("doc", "")
    document_id = document_id if document_id in members else next(iter(members))
    if len(members) > 1:
        ids = list(members)
        chosen = st.selectbox(
            "Document", ids, index=ids.index(document_id), format_func=members.__getitem__, key=f"document-{source.id}"
        )
        if chosen != document_id:
            reopen(s=source.id, doc=chosen)
            document_id = chosen
    at = _number("at")
    part = open_part(opened, document_id, _number("part"), at=at)
    if part.changed:
        st.warning("The file has changed or is gone since it was read, so nothing of it is quoted.")
    _turn(source, part)
    here = next((p for p in part.places if at is not None and p.start <= at - part.start < p.end), None)
    text, places = st.columns([3, 2], gap="large")
    with text:
        _picture(opened, part, here) if part.has_picture else _text(part, here)
    with places:
        _places(opened, source, part)


def _number(name: str) -> int | None:
    text = st.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _turn(source: Source, part: DocumentPart) -> None:
    def to(number: int) -> None:
        reopen(s=source.id, doc=part.document.id, part=str(number))

    with st.container(horizontal=True, vertical_alignment="center"):
        kind = "Page" if part.has_picture else "Part"
        st.button(
            "Back", icon=":material/chevron_left:", disabled=part.number == 1, on_click=to, args=[part.number - 1]
        )
        printed = f", printed {part.label}" if part.has_picture and part.label != str(part.number) else ""
        st.markdown(f"{kind} {part.number} of {part.count}{escape(printed)}", width="content")
        st.button(
            "On",
            icon=":material/chevron_right:",
            disabled=part.number == part.count,
            on_click=to,
            args=[part.number + 1],
        )
        st.caption(f"{part.quotable_share:.0%} of it can be quoted: marked", width="content")


def _picture(opened: Workspace, part: DocumentPart, here: Place | None) -> None:
    try:
        picture = part_picture(opened, part, here)
    except ExtractError as error:
        st.warning(escape(str(error)))
        _text(part, here)
        return
    st.image(picture, width="stretch", alt=f"Page {part.label}: its words stand beside it, where they can be quoted")


def _text(part: DocumentPart, here: Place | None) -> None:
    """Show the document's own text; nothing in it can become markup."""
    pieces, done = [], 0
    for place in part.places:
        if place.start < done:
            continue
        mark = "here" if place is here else ""
        pieces.append(html.escape(part.text[done : place.start]))
        pieces.append(f'<mark class="{mark}">{html.escape(part.text[place.start : place.end])}</mark>')
        done = place.end
    pieces.append(html.escape(part.text[done:]))
    st.html(f'<div class="rlmap-text">{"".join(pieces)}</div>')


def _places(opened: Workspace, source: Source, part: DocumentPart) -> None:
    explained = list(dict.fromkeys(concept for place in part.places for concept in place.concepts))
    st.header("Explains")
    if not explained:
        st.markdown("No concept of the map, as far as its words tell.")
    with st.container(horizontal=True):
        for concept_id in explained:
            page_link("map", escape(opened.graph.concepts[concept_id].title), c=concept_id)
    st.header("Can be quoted")
    if not part.places:
        st.markdown("Nothing here: what is shown is code, a table, references or navigation.")
    for place in part.places:
        words = " ".join(place.words.split())
        preview = words if len(words) <= _PREVIEW_CHARS else words[: _PREVIEW_CHARS - 1] + "…"
        st.button(
            escape(preview),
            key=f"place-{place.passage_id}",
            type="tertiary",
            wrap=True,
            help="Mark this place alone",
            on_click=reopen,
            kwargs={"s": source.id, "doc": part.document.id, "at": str(part.start + place.start)},
        )


def _recommended(opened: Workspace, source: Source) -> None:
    readings = readings_of(opened.graph, source.id)
    if not readings:
        return
    st.header("The map sends readers here")
    for concept, reading in readings:
        page_link("map", escape(concept.title), c=concept.id)
        st.markdown(f"{escape(reading.where)} ({reading.level}). {escape(reading.why)}")
