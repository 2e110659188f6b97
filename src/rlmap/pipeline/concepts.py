"""A concept with its neighbours, its article, and how the sources say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rlmap.graph.links import WorkLinks
from rlmap.graph.notation import load_notation
from rlmap.graph.walk import find_concept
from rlmap.pipeline.edge_passages import needs_evidence
from rlmap.pipeline.linking import concept_links
from rlmap.pipeline.maps import edges_from
from rlmap.pipeline.quoting import work_answers
from rlmap.pipeline.workspace import Workspace
from rlmap.search.asked import understand
from rlmap.types import Concept, ConceptView, Hit, QuantitySpellings, Spelling, WorkAnswer

_WORKS, _ENOUGH_WORKS = 6, 3
_FRONT_MATTER = re.compile(r"\A\+\+\+\n.*?\n\+\+\+\n", re.DOTALL)
_TITLE = re.compile(r"\A\s*# .*\n")
_CHECKS = re.compile(r"^```python\n.*?^```\n", re.DOTALL | re.MULTILINE)


def concept_view(workspace: Workspace, name: str) -> ConceptView:
    """Return everything that a concept page shows; ``name`` is an id, a title or an alias.

    Raises
    ------
    UnknownNameError
        If there is no such concept; names the nearest ones.
    IndexMissingError
        If nothing is indexed yet.
    """
    graph = workspace.graph
    concept = graph.concepts[find_concept(graph, name)]
    answers, touching = concept_works(workspace, concept)
    return ConceptView(
        concept=concept,
        area_title=graph.areas[concept.area],
        article=article_of(workspace, concept),
        unlocks=edges_from(graph, concept.id),
        answers=answers,
        touching=touching,
        evidence=needs_evidence(workspace, concept),
        notation=concept_notation(workspace, concept),
    )


def concept_answers(workspace: Workspace, concept: Concept) -> tuple[WorkAnswer, ...]:
    """Return how different works explain a concept, plain to formal."""
    return concept_works(workspace, concept)[0]


def concept_works(workspace: Workspace, concept: Concept) -> tuple[tuple[WorkAnswer, ...], tuple[WorkAnswer, ...]]:
    """Return the works that explain a concept and, where they are few, works that touch on it."""
    links = concept_links(workspace, concept, works=_WORKS, enough=_ENOUGH_WORKS)
    question = f"What is {concept.title}?"
    asked = understand(question, workspace.encoder.encode([question])[0], workspace.vocabulary)
    explaining = work_answers(workspace, _hits(links.explaining), asked)
    return explaining, work_answers(workspace, _hits(links.touching), asked)


def _hits(works: Sequence[WorkLinks]) -> list[list[Hit]]:
    return [
        [Hit(link.passage_id, work.work_id, link.score, rank, ("link",)) for link in work.links]
        for rank, work in enumerate(works, start=1)
    ]


def concept_notation(workspace: Workspace, concept: Concept) -> tuple[QuantitySpellings, ...]:
    """Return the quantities that belong to a concept, as each work writes them."""
    notation = load_notation(workspace.settings.graph_dir)
    return tuple(
        QuantitySpellings(
            quantity.name,
            quantity.ours,
            tuple(
                Spelling(work.title, symbol.source_id, symbol.writes, symbol.note)
                for work, symbol in notation.spellings(quantity.id)
            ),
        )
        for quantity in notation.quantities.values()
        if quantity.concept_id == concept.id
    )


def article_of(workspace: Workspace, concept: Concept) -> str:
    """Return the handbook's article as Markdown, without front matter, title and checked numbers."""
    path = workspace.settings.corpus_dir / "handbook" / concept.area / f"{concept.id}.md"
    return readable_article(path) if path.exists() else ""


def readable_article(path: Path) -> str:
    """Return the body of an article; the code that recomputes its numbers is left to the tests."""
    body = _FRONT_MATTER.sub("", path.read_text(encoding="utf-8"))
    return _CHECKS.sub("", _TITLE.sub("", body)).strip()
