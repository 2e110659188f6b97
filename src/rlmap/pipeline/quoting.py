"""From a passage to a quote: choose its sentences, find its place, check it in the original file."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath

from rlmap.corpus.display import display_of
from rlmap.corpus.links import link_to
from rlmap.corpus.pages import boxes_of, line_of, page_of, page_picture
from rlmap.corpus.store import Quotable
from rlmap.corpus.verify import verify
from rlmap.errors import IndexMissingError
from rlmap.pipeline.passages import sentence_displays
from rlmap.pipeline.workspace import Workspace
from rlmap.search.arrange import Offer, arrange
from rlmap.search.asked import Asked
from rlmap.search.choose import choose_sentences
from rlmap.search.intent import is_section_for
from rlmap.types import Hit, Locator, Quote, Source, WebFile, WorkAnswer

#: Characters of canonical text kept on each side of a quote.
_CONTEXT_CHARS = 64


def readable_sentences(quotable: Quotable) -> tuple[tuple[Locator, ...], tuple[str, ...]]:
    """Cut a passage for quoting: the places of its sentences, and how these read; nothing is checked yet."""
    _, sentences = sentence_displays(quotable.document, quotable.extraction, quotable.passage)
    places, parts = zip(*sentences, strict=True)
    return places, tuple(part.text for part in parts)


def answering_quotes(
    workspace: Workspace,
    groups: Sequence[Sequence[Hit]],
    asked: Asked,
    *,
    works: int = 5,
    per_work: int = 2,
) -> tuple[WorkAnswer, ...]:
    """Quote the passages whose sentences answer best, checked in the original files.

    Parameters
    ----------
    workspace : Workspace
        Holds the passages.
    groups : sequence of sequence of Hit
        For each work the passages that may be quoted, as chosen by
        :func:`rlmap.search.answer.choose_hits`.
    asked : Asked
        The question.
    works, per_work : int
        At most so many works, and quotes of each.
    """
    arranged = arrange(_offers(workspace, groups, asked), works=works, per_work=per_work)
    ranks = itertools.count(1)
    ranked = [[replace(offer, hit=replace(offer.hit, rank=next(ranks))) for offer in group] for group in arranged]
    return _work_answers(workspace, ranked)


def _offers(workspace: Workspace, groups: Sequence[Sequence[Hit]], asked: Asked) -> list[list[Offer]]:
    """Choose the sentences of each passage by what the index knows of it; nothing is read from the corpus.

    Passages that are not in the corpus any more are left out: between reading a changed corpus and
    building its index, the index before serves.
    """
    here = workspace.store.find_passages([hit.passage_id for hits in groups for hit in hits])
    if not here:
        return []
    known = workspace.index.indexed(tuple(here))
    chosen = choose_sentences(asked, known.sentences, known.vectors)
    told = dict(zip(here, zip(known.kinds, known.texts, chosen, strict=True), strict=True))

    def offer(hit: Hit) -> Offer:
        passage, (kind, sentences, quoted) = here[hit.passage_id], told[hit.passage_id]
        treats = concept_of_article(passage.locator.document_id) if kind == "handbook" else None
        written_for_it = treats in asked.concept_ids and is_section_for(asked.intent, passage.section_path)
        return Offer(
            hit,
            quoted,
            kind,
            " ".join(sentences[quoted.start : quoted.end]),
            is_written_for_it=written_for_it,
            is_in_its_article=treats in (asked.concept_ids if asked.intent == "comparison" else asked.concept_ids[:1]),
            position=passage.locator.start if written_for_it and asked.intent == "definition" else 0,
        )

    offers = ([offer(hit) for hit in hits if hit.passage_id in here] for hits in groups)
    return [group for group in offers if group]


@cache
def concept_of_article(document_id: str) -> str:
    """Return the id of the concept that a document of the handbook is about: its file is named after it."""
    return PurePosixPath(document_id).stem


def _work_answers(workspace: Workspace, groups: Sequence[Sequence[Offer]]) -> tuple[WorkAnswer, ...]:
    """Quote what was chosen of each work, from the corpus; the source named is that of the work's best quote.

    Raises
    ------
    IndexMissingError
        If the corpus was read otherwise since the index was built.
    """
    passage_ids = [offer.hit.passage_id for group in groups for offer in group]
    if not passage_ids:
        return ()
    opened = workspace.store.quotable(passage_ids)
    places = dict(zip(passage_ids, workspace.index.places_of(passage_ids), strict=True))

    def quoted(offer: Offer) -> Quote:
        quotable, known = opened[offer.hit.passage_id], places[offer.hit.passage_id]
        if not known.is_of(quotable.extraction.text_sha256):
            name = quotable.document.id
            raise IndexMissingError(f"The index was built from another reading of {name}: run `rlmap setup`.")
        ranges = known.ranges[offer.chosen.start : offer.chosen.end]
        start = quotable.passage.locator.start
        place = Locator(quotable.document.id, start + ranges[0][0], start + ranges[-1][1])
        return _quote(workspace, quotable, place, offer.hit)

    return tuple(
        WorkAnswer(opened[group[0].hit.passage_id].source, tuple(quoted(offer) for offer in group)) for group in groups
    )


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
    quotable = workspace.store.quotable([hit.passage_id])[hit.passage_id]
    places, sentences = readable_sentences(quotable)
    chosen = choose(hit.passage_id, sentences)
    if chosen is None:
        return None
    start, end = chosen
    place = Locator(quotable.document.id, places[start].start, places[end - 1].end)
    return _quote(workspace, quotable, place, hit)


def _quote(workspace: Workspace, quotable: Quotable, place: Locator, hit: Hit) -> Quote:
    passage, document, extraction = quotable.passage, quotable.document, quotable.extraction
    page = page_of(extraction, place)
    verification = verify(document, extraction, place, workspace.readings)
    readable = verification.state != "withdrawn"
    # Markup that begins before the quote and ends in it is known for what it is only in the whole passage.
    display = display_of(document, extraction, passage.locator).between(place.start, place.end)
    return Quote(
        passage_id=passage.id,
        locator=place,
        exact=extraction.text[place.start : place.end],
        display=display.text,
        prefix=extraction.text[max(0, place.start - _CONTEXT_CHARS) : place.start],
        suffix=extraction.text[place.end : place.end + _CONTEXT_CHARS],
        page=page.index if page else None,
        page_label=page.label if page else None,
        line=line_of(document, extraction, place),
        section=passage.section_path,
        boxes=boxes_of(document, extraction, place, workspace.readings) if readable else (),
        verification=verification,
        formalism=passage.formalism,
        score=hit.score,
        rank=hit.rank,
        found_by=hit.found_by,
        link=link_to(_address_of(quotable.source), document, extraction, place),
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


def work_answers(workspace: Workspace, works: Sequence[Sequence[Hit]], asked: Asked) -> tuple[WorkAnswer, ...]:
    """Quote the chosen passages of each work; the source named is that of the work's best quote."""
    return _work_answers(workspace, _offers(workspace, works, asked))


def verified_again(workspace: Workspace, answer: WorkAnswer) -> WorkAnswer:
    """Return an answer that was kept, its quotes checked in their original files now."""
    quotes = []
    for quote in answer.quotes:
        document = workspace.store.document(quote.locator.document_id)
        extraction = workspace.store.extraction(document.id)
        verification = verify(document, extraction, quote.locator, workspace.readings)
        quotes.append(replace(quote, verification=verification))
    return replace(answer, quotes=tuple(quotes))


def quote_context(workspace: Workspace, quote: Quote, around: int = 700) -> tuple[str, str, str]:
    """Return the canonical text before, of and after a quote, for showing it in its place."""
    extraction = workspace.store.extraction(quote.locator.document_id)
    start, end = quote.locator.start, quote.locator.end
    before = _from_a_break(extraction.text[max(0, start - around) : start], whole=start <= around)
    after = extraction.text[end : end + around]
    return before, extraction.text[start:end], after


def _from_a_break(text: str, *, whole: bool) -> str:
    """Leave out the line that a text begins within, or the word where it has one line; nothing if it is ``whole``."""
    if whole:
        return text
    _, found, rest = text.partition("\n")
    return rest if found else text.partition(" ")[2]


def quote_picture(workspace: Workspace, quote: Quote, *, crop: bool = False) -> bytes:
    """Return a PNG of the page that a quote begins on, with the quote highlighted.

    Raises
    ------
    ExtractError
        If the original file cannot be read.
    """
    document = workspace.store.document(quote.locator.document_id)
    return page_picture(document, quote.page or 0, quote.boxes, zoom=1.6, crop=crop)
