"""What users see, made from records: JSON payloads, plain text and Markdown. Nothing is fetched here.

The payloads are the same over the command line, HTTP and tools, so they are written once.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rlmap.corpus.citations import where
from rlmap.types import (
    AskResult,
    Concept,
    ConceptGraph,
    FurtherReading,
    Problem,
    Quote,
    SearchTerm,
    Source,
    WorkAnswer,
)

if TYPE_CHECKING:  # imports networkx, which most commands do not need
    from rlmap.graph.lint_order import OrderReport

Payload = dict[str, Any]

WIDTH = 96
STATE_SENTENCES = {
    "found": "",
    "partial": "Only a partial answer: what is here comes near it. The readings below go further.",
    "nothing": "Nothing found: no passage of the library answers this question.",
}


def byline(source: Source) -> str:
    """Title, authors, year, kind and licence in one line."""
    authors = ", ".join(source.authors[:3]) + (" et al." if len(source.authors) > 3 else "")
    facts = [part for part in (authors, str(source.year or ""), source.kind, f"licence: {source.licence}") if part]
    if source.kind == "handbook":
        facts.append("written for this map")
    return f"{source.title} ({'; '.join(facts)})"


def quote_payload(quote: Quote) -> Payload:
    """One quote; ``text`` is the exact slice, ``display`` the same words made readable."""
    return {
        "text": quote.exact,
        "display": quote.display,
        "prefix": quote.prefix,
        "suffix": quote.suffix,
        "start": quote.locator.start,
        "end": quote.locator.end,
        "document_id": quote.locator.document_id,
        "passage_id": quote.passage_id,
        "page": quote.page,
        "page_label": quote.page_label,
        "line": quote.line,
        "section": list(quote.section),
        "boxes": [[box.page, box.x0, box.y0, box.x1, box.y1] for box in quote.boxes],
        "score": round(quote.score, 4),
        "rank": quote.rank,
        "verified": quote.verified,
        "verification": asdict(quote.verification),
        "found_by": list(quote.found_by),
        "link": quote.link,
    }


def answer_payload(answer: WorkAnswer) -> Payload:
    """One work of an answer with its quotes."""
    source = answer.source
    return {
        "work_id": source.work_id,
        "source_id": source.id,
        "title": source.title,
        "authors": list(source.authors),
        "year": source.year,
        "kind": source.kind,
        "licence": source.licence,
        "url": source.url,
        "quotes": [quote_payload(quote) for quote in answer.quotes],
    }


def ask_payload(result: AskResult) -> Payload:
    """Give the JSON form of an answer."""
    return {
        "query": result.query,
        "terms": [{"text": term.text, "origin": term.origin} for term in result.terms],
        "state": result.state,
        "answers": [answer_payload(answer) for answer in result.answers],
        "concepts": list(result.concepts),
        "further_reading": [asdict(reading) for reading in result.further_reading],
        "elapsed_ms": round(result.elapsed_ms, 1),
    }


def indent(text: str, by: str = "    ") -> str:
    """Wrap paragraphs to the width of a terminal, each line behind ``by``."""
    paragraphs = text.split("\n\n")
    wrapped = (textwrap.fill(" ".join(p.split()), WIDTH, initial_indent=by, subsequent_indent=by) for p in paragraphs)
    return "\n\n".join(wrapped)


def answers_text(answers: Iterable[WorkAnswer]) -> list[str]:
    """Give quotes grouped by work as lines for a terminal."""
    lines: list[str] = []
    for number, answer in enumerate(answers, 1):
        lines += ["", f"{number}. {byline(answer.source)}"]
        for quote in answer.quotes:
            mark = {"verified": "verified in the original file", "picture": "see the page picture"}
            state = mark.get(quote.verification.state, f"withdrawn: {quote.verification.reason}")
            lines += ["", indent(f"“{quote.display}”"), f"    — {where(quote, answer.source)} [{state}]"]
        if answer.source.url:
            lines.append(f"    {answer.source.url}")
    return lines


def term_text(term: SearchTerm) -> str:
    """Say a search term in one line: one that ends in a summary of the map is cut."""
    return textwrap.shorten(term.text, WIDTH, placeholder=" …")


def ask_text(result: AskResult, graph: ConceptGraph) -> str:
    """Give an answer for a terminal: quotes grouped by work, then the way into the map."""
    lines = [result.query]
    extra = [f"{term_text(term)} ({term.origin})" for term in result.terms if term.origin != "question"]
    if extra:
        lines.append("Also searched: " + ", ".join(extra))
    if STATE_SENTENCES[result.state]:
        lines += ["", STATE_SENTENCES[result.state]]
    lines += answers_text(result.answers)
    if result.further_reading:
        lines += ["", "Further readings known to treat this:"]
        lines += [line for reading in result.further_reading for line in _further_lines(reading)]
    if result.concepts:
        titles = [f"{graph.concepts[c].title} ({c})" for c in result.concepts]
        lines += ["", "On the map: " + ", ".join(titles)]
    return "\n".join(lines)


def _further_lines(reading: FurtherReading) -> list[str]:
    if reading.fetched:
        state = "here"
    elif reading.fetchable:
        state = f"not here: rlmap corpus fetch --source {reading.source_id}"
    else:
        state = "not here: bring your own copy with 'rlmap corpus add FILE'"
    return [f"  - {reading.title}, {reading.where} [{state}]", *([f"    {reading.url}"] if reading.url else [])]


def ask_markdown(result: AskResult) -> str:
    """Give an answer as Markdown with one citation after each quote."""
    lines = [f"# {result.query}", ""]
    if STATE_SENTENCES[result.state]:
        lines += [STATE_SENTENCES[result.state], ""]
    for answer in result.answers:
        lines += [f"## {byline(answer.source)}", ""]
        for quote in answer.quotes:
            lines += ["> " + quote.display.replace("\n", "\n> "), "", f"{where(quote, answer.source)}", ""]
        if answer.source.url:
            lines += [f"<{answer.source.url}>", ""]
    return "\n".join(lines)


def counted(number: int, noun: str) -> str:
    """Say how many of something: ``1 work``, ``1,200 works``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def hours(minutes: int) -> str:
    """Say minutes as people do: ``45 min``, ``2 h``, ``2 h 30``."""
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" + (f" {minutes % 60:02d}" if minutes % 60 else "")


def effect_sentence(effect: Mapping[str, float | str | bool | None]) -> str:
    """Say whether an expected effect was observed, with its interval."""
    if effect.get("difference") is None:
        return f"{effect['statement']} Not testable: an arm has no result."
    seen = "Observed" if effect["holds"] else "Not observed this time"
    return (
        f"{effect['statement']} {seen}: difference {effect['difference']:.3g} "
        f"(90 % interval {effect['low']:.3g} to {effect['high']:.3g})."
    )


def order_text(report: OrderReport, concepts: Mapping[str, Concept]) -> str:
    """Say which prerequisites an order breaks: taught too late, or never."""
    lines = [
        f"{report.title}: {len(report.order)} concepts, {report.kept} prerequisites kept, "
        f"{len(report.late)} taught too late, {len(report.absent)} never taught"
    ]
    for breach in report.late:
        titles = concepts[breach.edge.concept_id].title, concepts[breach.edge.requires_id].title
        lines.append(
            indent(
                f"- {titles[0]} (place {breach.used_at}) comes before {titles[1]} "
                f"(place {breach.taught_at}): {breach.edge.reason}",
                "  ",
            )
        )
    for breach in report.absent:
        titles = concepts[breach.edge.concept_id].title, concepts[breach.edge.requires_id].title
        lines.append(indent(f"- {titles[0]} uses {titles[1]}, which is never taught: {breach.edge.reason}", "  "))
    return "\n".join(lines)


def problems_text(problems: Iterable[Problem]) -> str:
    """One line for each problem: severity, file, field, message, fix."""
    return "\n".join(
        f"{p.severity}: {p.file}: {p.field}: {p.message}" + (f" Fix: {p.fix}" if p.fix else "") for p in problems
    )
