"""The map, or a part of it, as text, JSON, Graphviz, GraphML or JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from io import BytesIO
from typing import Any

import networkx as nx

from rlmap.errors import UnknownNameError
from rlmap.graph.walk import to_digraph
from rlmap.spelling import nearest_names
from rlmap.types import Concept, ConceptGraph, Prerequisite


def export_map(graph: ConceptGraph, format_name: str, area: str | None = None) -> str:
    """Return the map in one of :data:`FORMATS`.

    Parameters
    ----------
    graph : ConceptGraph
        The map.
    format_name : str
        ``text``, ``json``, ``dot``, ``graphml`` or ``jsonld``.
    area : str, optional
        Keep the concepts of this area; edges to others are kept as names only where the format
        allows it (text, JSON, JSON-LD).

    Raises
    ------
    UnknownNameError
        If there is no such format or area.
    """
    if format_name not in FORMATS:
        raise UnknownNameError("format", format_name, nearest_names(format_name, FORMATS) or tuple(FORMATS))
    if area is not None and area not in graph.areas:
        raise UnknownNameError("area", area, nearest_names(area, graph.areas))
    concepts = [concept for concept in graph.concepts.values() if area in (None, concept.area)]
    return FORMATS[format_name](graph, concepts)


def _text(graph: ConceptGraph, concepts: Collection[Concept]) -> str:
    """Return an outline that reads well aloud: area, concept, what it needs and why."""
    lines: list[str] = []
    for area_id, area_title in graph.areas.items():
        members = [concept for concept in concepts if concept.area == area_id]
        if not members:
            continue
        lines += [f"{area_title} ({len(members)} concepts)", ""]
        for concept in members:
            lines += [*_text_of(graph, concept), ""]
    return "\n".join(lines)


def _text_of(graph: ConceptGraph, concept: Concept) -> list[str]:
    titles = graph.concepts
    lines = [f"  {concept.title} [{concept.id}], formalism {concept.formalism}, {concept.minutes} minutes"]
    for edge in concept.prerequisites:
        lines.append(f"    needs {titles[edge.requires_id].title}: {edge.reason}")
    for group in concept.any_of:
        options = " or ".join(f"{titles[o.requires_id].title} ({o.background})" for o in group.options)
        lines.append(f"    needs one of {options}: {group.reason}")
    for edge in concept.helpful:
        lines.append(f"    is helped by {titles[edge.requires_id].title}: {edge.reason}")
    if not concept.prerequisites and not concept.any_of:
        lines.append("    needs nothing before it")
    return lines


def _json(graph: ConceptGraph, concepts: Collection[Concept]) -> str:
    used = {concept.area for concept in concepts}
    data = {
        "areas": [{"id": area, "title": title} for area, title in graph.areas.items() if area in used],
        "concepts": [_concept_json(concept) for concept in concepts],
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def _concept_json(concept: Concept) -> dict[str, Any]:
    return {
        "id": concept.id,
        "title": concept.title,
        "aliases": list(concept.aliases),
        "area": concept.area,
        "summary": concept.summary,
        "formula": concept.formula,
        "formalism": concept.formalism,
        "minutes": concept.minutes,
        "goals": list(concept.goals),
        "prerequisites": [_edge_json(edge) for edge in concept.prerequisites],
        "helpful": [_edge_json(edge) for edge in concept.helpful],
        "any_of": [
            {
                "reason": group.reason,
                "options": [{"concept": o.requires_id, "background": o.background} for o in group.options],
            }
            for group in concept.any_of
        ],
        "demo_id": concept.demo_id,
    }


def _edge_json(edge: Prerequisite) -> dict[str, Any]:
    return {"concept": edge.requires_id, "reason": edge.reason, "goals": list(edge.goals)}


def _part(graph: ConceptGraph, concepts: Collection[Concept]) -> nx.DiGraph[str]:
    return to_digraph(graph, soft=True).subgraph([concept.id for concept in concepts])


def _dot(graph: ConceptGraph, concepts: Collection[Concept]) -> str:
    """Return Graphviz; alternatives are dashed, soft edges dotted, one cluster for each area."""
    lines = ["digraph map {", "  rankdir=LR;", "  node [shape=box, style=rounded];"]
    for area_id, title in graph.areas.items():
        members = [concept for concept in concepts if concept.area == area_id]
        if members:
            lines += [f"  subgraph {_quoted('cluster_' + area_id)} {{", f"    label={_quoted(title)};"]
            lines += [f"    {_quoted(c.id)} [label={_quoted(c.title)}];" for c in members]
            lines.append("  }")
    style = {"hard": "solid", "option": "dashed", "soft": "dotted"}
    for start, end, data in sorted(_part(graph, concepts).edges(data=True), key=lambda edge: edge[:2]):
        attributes = f"style={style[data['kind']]}, tooltip={_quoted(data['reason'])}"
        lines.append(f"  {_quoted(start)} -> {_quoted(end)} [{attributes}];")
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _graphml(graph: ConceptGraph, concepts: Collection[Concept]) -> str:
    buffer = BytesIO()
    nx.write_graphml(_part(graph, concepts), buffer, encoding="utf-8")
    return buffer.getvalue().decode("utf-8") + "\n"


def _jsonld(graph: ConceptGraph, concepts: Collection[Concept]) -> str:
    """Return linked data: SKOS concepts and collections; ``requires`` is Dublin Core's.

    Names come from the W3C recommendation "SKOS Simple Knowledge Organization System Reference"
    (2009) and from DCMI Metadata Terms. Reasons stand on an edge of its own, because a SKOS
    relation can carry no text.
    """
    context = {
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "dcterms": "http://purl.org/dc/terms/",
        "rlmap": "urn:rlmap:",
        "id": "@id",
        "type": "@type",
        "title": {"@id": "skos:prefLabel", "@language": "en"},
        "aliases": {"@id": "skos:altLabel", "@container": "@set"},
        "summary": {"@id": "skos:definition", "@language": "en"},
        "related": {"@id": "skos:related", "@type": "@id", "@container": "@set"},
        "requires": {"@id": "dcterms:requires", "@type": "@id", "@container": "@set"},
        "members": {"@id": "skos:member", "@type": "@id", "@container": "@set"},
        "concept": {"@id": "rlmap:concept", "@type": "@id"},
        "needs": {"@id": "rlmap:needs", "@type": "@id"},
        "reason": {"@id": "rlmap:reason", "@language": "en"},
    }
    nodes: list[dict[str, Any]] = []
    for area_id, title in graph.areas.items():
        members = [f"rlmap:{concept.id}" for concept in concepts if concept.area == area_id]
        if members:
            area = {"id": f"rlmap:area:{area_id}", "type": "skos:Collection", "title": title, "members": members}
            nodes.append(area)
    for concept in concepts:
        nodes.append(
            {
                "id": f"rlmap:{concept.id}",
                "type": "skos:Concept",
                "title": concept.title,
                "aliases": list(concept.aliases),
                "summary": concept.summary,
                "requires": [f"rlmap:{edge.requires_id}" for edge in concept.prerequisites],
                "related": [f"rlmap:{edge.requires_id}" for edge in concept.helpful],
            }
        )
        nodes += [
            {
                "id": f"rlmap:edge:{concept.id}:{edge.requires_id}",
                "type": "rlmap:Prerequisite",
                "concept": f"rlmap:{concept.id}",
                "needs": f"rlmap:{edge.requires_id}",
                "reason": edge.reason,
            }
            for edge in concept.prerequisites
        ]
    return json.dumps({"@context": context, "@graph": nodes}, indent=2, ensure_ascii=False)


#: The formats of :func:`export_map` by name.
FORMATS: dict[str, Callable[[ConceptGraph, Collection[Concept]], str]] = {
    "text": _text,
    "json": _json,
    "dot": _dot,
    "graphml": _graphml,
    "jsonld": _jsonld,
}
