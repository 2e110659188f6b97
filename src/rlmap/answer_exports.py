"""An answer for other programs: citations, and annotations that anyone can find in the sources."""

from __future__ import annotations

import json
from collections.abc import Callable

from rlmap.corpus.citations import bibtex, csl_json, where
from rlmap.types import AskResult, Quote, Source
from rlmap.views import Payload, ask_markdown

ANNOTATION_CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def answer_bibtex(result: AskResult) -> str:
    """Return one BibTeX entry for each work that is quoted."""
    return bibtex(answer.source for answer in result.answers)


def answer_csl(result: AskResult) -> str:
    """Return the works that are quoted as CSL-JSON."""
    return csl_json(answer.source for answer in result.answers)


def answer_annotations(result: AskResult) -> Payload:
    """Return the quotes in the W3C Web Annotation model (2017), one annotation each.

    A quote is named twice: by its words with what stands around them, and by character offsets
    into the text that rlmap reads from the document, so that either finds it if the other fails.
    """
    items = [_annotation(result.query, answer.source, quote) for answer in result.answers for quote in answer.quotes]
    return {"@context": ANNOTATION_CONTEXT, "type": "AnnotationPage", "label": result.query, "items": items}


def _annotation(question: str, source: Source, quote: Quote) -> Payload:
    place = quote.locator
    address = source.url or f"urn:rlmap:{place.document_id}"
    return {
        "id": f"urn:rlmap:quote:{quote.passage_id}:{place.start}-{place.end}",
        "type": "Annotation",
        "motivation": "linking",
        "body": {"type": "TextualBody", "value": question, "format": "text/plain", "purpose": "tagging"},
        "target": {
            "source": {"id": address, "type": "Text", "label": source.title, "rights": source.licence},
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": quote.exact,
                    "prefix": quote.prefix,
                    "suffix": quote.suffix,
                },
                {"type": "TextPositionSelector", "start": place.start, "end": place.end},
            ],
        },
    }


def citation(quote: Quote, source: Source) -> str:
    """Return a quote with its citation, as it is pasted into a text."""
    authors = ", ".join(source.authors[:3]) + (" et al." if len(source.authors) > 3 else "")
    facts = [part for part in (authors, f"({source.year})" if source.year else "") if part]
    cited = f"{' '.join(facts)}. {source.title}" if facts else source.title
    place = where(quote, source)
    return f"“{' '.join(quote.display.split())}”\n— {cited}{', ' + place if place else ''}. {source.url}".rstrip()


def _annotations_text(result: AskResult) -> str:
    return json.dumps(answer_annotations(result), ensure_ascii=False, indent=2) + "\n"


#: By the name of the format.
EXPORTS: dict[str, Callable[[AskResult], str]] = {
    "markdown": ask_markdown,
    "bibtex": answer_bibtex,
    "csl": answer_csl,
    "jsonld": _annotations_text,
}
