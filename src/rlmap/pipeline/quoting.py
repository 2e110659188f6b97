"""From a passage to a quote: choose its sentences, find its place, check it in the original file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rlmap.corpus.display import display_of
from rlmap.corpus.links import link_to
from rlmap.corpus.pages import boxes_of, line_of, page_of, page_picture
from rlmap.corpus.verify import verify
from rlmap.pipeline.passages import sentence_displays
from rlmap.pipeline.workspace import Workspace
from rlmap.search.choose import choose_sentences
from rlmap.search.encode import Vectors
from rlmap.types import Hit, Locator, Quote, Source, WebFile, WorkAnswer

#: Characters of canonical text kept on each side of a quote.
_CONTEXT_CHARS = 64


def quote_of(workspace: Workspace, hit: Hit, question: str, question_vector: Vectors) -> Quote:
    """Quote the sentences of a passage that answer ``question``, checked in the original file."""

    def answering(passage_id: str, sentences: Sequence[str]) -> tuple[int, int]:
        vectors = workspace.index.vectors_of_sentences(passage_id)
        return choose_sentences(question, question_vector, sentences, vectors)

    quote = quote_sentences(workspace, hit, answering)
    assert quote is not None, "answering always chooses"
    return quote


def quote_sentences(
    workspace: Workspace, hit: Hit, choose: Callable[[str, Sequence[str]], tuple[int, int] | None]
) -> Quote | None:
    """Quote some sentences of a passage, checked in the original file.

    Parameters
    ----------
    workspace : Workspace
        Holds the passage.
    hit : Hit
        The passage.
    choose : callable
        Gets the passage's id and its sentences and returns the half-open range to quote, or
        ``None`` to quote nothing.
    """
    passage = workspace.store.passage(hit.passage_id)
    document = workspace.store.document(passage.locator.document_id)
    extraction = workspace.store.extraction(document.id)
    _, sentences = sentence_displays(document, extraction, passage)
    chosen = choose(hit.passage_id, [part.text for _, part in sentences])
    if chosen is None:
        return None
    first, last = chosen
    place = Locator(document.id, sentences[first][0].start, sentences[last - 1][0].end)
    page = page_of(extraction, place)
    verification = verify(document, extraction, place)
    readable = verification.state != "withdrawn"
    return Quote(
        passage_id=passage.id,
        locator=place,
        exact=extraction.text[place.start : place.end],
        display=display_of(document, extraction, place).text,
        prefix=extraction.text[max(0, place.start - _CONTEXT_CHARS) : place.start],
        suffix=extraction.text[place.end : place.end + _CONTEXT_CHARS],
        page=page.index if page else None,
        page_label=page.label if page else None,
        line=line_of(document, extraction, place),
        section=passage.section_path,
        boxes=boxes_of(document, extraction, place) if readable else (),
        verification=verification,
        formalism=passage.formalism,
        score=hit.score,
        rank=hit.rank,
        found_by=hit.found_by,
        link=link_to(_address_of(workspace.store.source(document.source_id)), document, extraction, place),
    )


def _address_of(source: Source) -> str:
    """Return the address to follow from a quote: a PDF itself opens at the page, the page about it does not."""
    if isinstance(source.location, WebFile) and source.media_type == "application/pdf":
        return source.location.url
    return source.url


def source_of(workspace: Workspace, quote: Quote) -> Source:
    """Return the source that a quote is from."""
    document = workspace.store.document(quote.locator.document_id)
    return workspace.store.source(document.source_id)


def work_answers(
    workspace: Workspace, works: Sequence[Sequence[Hit]], question: str, question_vector: Vectors
) -> tuple[WorkAnswer, ...]:
    """Quote the chosen passages of each work; the source named is that of the work's best quote.

    A passage that was in a document when the index was built and is not there any more is left
    out: between reading a changed corpus and building its index, the index before serves.
    """
    here = workspace.store.known_passages([hit.passage_id for hits in works for hit in hits])
    answers = []
    for hits in works:
        quotes = tuple(quote_of(workspace, hit, question, question_vector) for hit in hits if hit.passage_id in here)
        if quotes:
            answers.append(WorkAnswer(source_of(workspace, quotes[0]), quotes))
    return tuple(answers)


def verified_again(workspace: Workspace, answer: WorkAnswer) -> WorkAnswer:
    """Return an answer that was kept, its quotes checked in their original files now."""
    quotes = []
    for quote in answer.quotes:
        document = workspace.store.document(quote.locator.document_id)
        extraction = workspace.store.extraction(document.id)
        quotes.append(replace(quote, verification=verify(document, extraction, quote.locator)))
    return replace(answer, quotes=tuple(quotes))


def quote_context(workspace: Workspace, quote: Quote, around: int = 700) -> tuple[str, str, str]:
    """Return the canonical text before, of and after a quote, for showing it in its place."""
    extraction = workspace.store.extraction(quote.locator.document_id)
    start, end = quote.locator.start, quote.locator.end
    before = extraction.text[max(0, start - around) : start]
    after = extraction.text[end : end + around]
    return before, extraction.text[start:end], after


def quote_picture(workspace: Workspace, quote: Quote, *, crop: bool = False) -> bytes:
    """Return a PNG of the page that a quote begins on, with the quote highlighted.

    Raises
    ------
    ExtractError
        If the original file cannot be read.
    """
    document = workspace.store.document(quote.locator.document_id)
    return page_picture(document, quote.page or 0, quote.boxes, zoom=1.6, crop=crop)
