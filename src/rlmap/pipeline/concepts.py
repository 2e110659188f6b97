"""A concept with its neighbours, its article, and how the sources say it."""

from __future__ import annotations

import re
from pathlib import Path

from rlmap.graph.walk import find_concept
from rlmap.pipeline.maps import edges_from
from rlmap.pipeline.quoting import work_answers
from rlmap.pipeline.workspace import Workspace
from rlmap.search.answer import choose_hits
from rlmap.search.fuse import find_candidates
from rlmap.types import Concept, ConceptView, SearchTerm, WorkAnswer

_WORKS = 6
_ALIASES = 4
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
    return ConceptView(
        concept=concept,
        area_title=graph.areas[concept.area],
        article=article_of(workspace, concept),
        unlocks=edges_from(graph, concept.id),
        answers=concept_answers(workspace, concept),
        evidence={},
    )


def concept_answers(workspace: Workspace, concept: Concept) -> tuple[WorkAnswer, ...]:
    """Return how different works explain a concept, plain to formal."""
    terms = (
        SearchTerm(f"What is {concept.title}?", "question"),
        *(SearchTerm(alias, "alias") for alias in concept.aliases[:_ALIASES]),
        SearchTerm(concept.summary, "user"),
    )
    found = find_candidates(workspace.index, workspace.encoder, terms)
    works, _ = choose_hits(workspace.index, found, works=_WORKS, per_work=1)
    answers = work_answers(workspace, works, terms[0].text, found.question_vector)
    outside = [answer for answer in answers if answer.source.kind != "handbook"]
    return tuple(sorted(outside, key=lambda answer: (round(answer.quotes[0].formalism, 1), answer.quotes[0].rank)))


def article_of(workspace: Workspace, concept: Concept) -> str:
    """Return the handbook's article as Markdown, without front matter, title and checked numbers."""
    path = workspace.settings.corpus_dir / "handbook" / concept.area / f"{concept.id}.md"
    return readable_article(path) if path.exists() else ""


def readable_article(path: Path) -> str:
    """Return the body of an article; the code that recomputes its numbers is left to the tests."""
    body = _FRONT_MATTER.sub("", path.read_text(encoding="utf-8"))
    return _CHECKS.sub("", _TITLE.sub("", body)).strip()
