"""What users see of a concept: its JSON payload, and its page as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from rlmap.reading_views import reading_payload, reading_sentence
from rlmap.types import Background, Concept, ConceptView, Prerequisite, Source
from rlmap.views import Payload, answer_payload, answers_text, byline, indent

_BACKGROUNDS: Mapping[Background, str] = {
    "engineer": "engineers",
    "mathematician": "mathematicians",
    "any": "anybody",
}


def concept_payload(view: ConceptView, sources: Mapping[str, Source]) -> Payload:
    """Give the JSON form of a concept page; ``sources`` are those that readings may name, by id."""
    concept = view.concept
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
        "mistakes": list(concept.mistakes),
        "prerequisites": [_edge_payload(edge) for edge in concept.prerequisites],
        "helpful": [_edge_payload(edge) for edge in concept.helpful],
        "any_of": [{"reason": g.reason, "options": [asdict(option) for option in g.options]} for g in concept.any_of],
        "unlocks": [{"concept": p.concept_id, "reason": p.reason} for p in view.unlocks],
        "readings": [reading_payload(reading, sources) for reading in concept.readings],
        "build": asdict(concept.build) if concept.build else None,
        "demo_id": concept.demo_id,
        "answers": [answer_payload(answer) for answer in view.answers],
        "touching": [answer_payload(answer) for answer in view.touching],
        "evidence": {requires_id: answer_payload(answer) for requires_id, answer in view.evidence.items()},
        "notation": [asdict(quantity) for quantity in view.notation],
    }


def _edge_payload(edge: Prerequisite) -> Payload:
    return {"concept": edge.requires_id, "reason": edge.reason, "goals": list(edge.goals)}


def concept_text(view: ConceptView, concepts: Mapping[str, Concept], sources: Mapping[str, Source]) -> str:
    """Give a concept page for a terminal."""
    concept = view.concept
    lines = [f"{concept.title} ({concept.id}; {view.area_title})"]
    if concept.aliases:
        lines.append(indent(f"Also called: {', '.join(concept.aliases)}", ""))
    lines += ["", indent(concept.summary, "")]
    if concept.formula:
        lines += ["", f"    {concept.formula}"]
    lines += ["", "You should be able to:", *(indent(f"- {goal}", "  ") for goal in concept.goals)]
    lines += _needs_text(view, concepts)
    if view.unlocks:
        lines += ["", "Unlocks:"]
        lines += [indent(f"- {concepts[p.concept_id].title}: {p.reason}", "  ") for p in view.unlocks]
    lines += ["", "How the sources say it:", *answers_text(view.answers)]
    if view.touching:
        lines += ["", "Few works explain it here; these touch on it:", *answers_text(view.touching)]
    lines += _notation_text(view)
    if concept.mistakes:
        lines += ["", "Common mistakes:", *(indent(f"- {mistake}", "  ") for mistake in concept.mistakes)]
    if concept.readings:
        lines += ["", "Read:"]
        for reading in concept.readings:
            lines.append(indent(f"- {reading_sentence(reading, sources)}", "  "))
            if (source := sources.get(reading.source_id)) and source.url:
                lines.append(f"    {source.url}")
    if concept.build:
        lines += ["", "Build:", indent(f"{concept.build.task} It works when: {concept.build.check}", "  ")]
    if concept.demo_id:
        lines += ["", f"Demo: rlmap demo run {concept.demo_id}"]
    return "\n".join(lines)


def _needs_text(view: ConceptView, concepts: Mapping[str, Concept]) -> list[str]:
    """Say what a concept needs and why; each need with a quote that speaks of both, where there is one."""
    concept = view.concept
    lines = ["", "Needs:"] if concept.prerequisites or concept.any_of else []
    for edge in concept.prerequisites:
        needed = concepts[edge.requires_id]
        lines.append(indent(f"- {needed.title}: {edge.reason}", "  "))
        if edge.goals:
            lines.append(indent("Enough of it: " + " ".join(needed.goals[goal] for goal in edge.goals), "    "))
        lines += _evidence_text(view, edge.requires_id)
    for group in concept.any_of:
        names = [f"{concepts[o.requires_id].title} (for {_BACKGROUNDS[o.background]})" for o in group.options]
        lines.append(indent(f"- one of {' or '.join(names)}: {group.reason}", "  "))
        for option in group.options:
            lines += _evidence_text(view, option.requires_id)
    if concept.helpful:
        lines += ["", "Helped by:"]
        lines += [indent(f"- {concepts[p.requires_id].title}: {p.reason}", "  ") for p in concept.helpful]
    return lines


def _evidence_text(view: ConceptView, requires_id: str) -> list[str]:
    answer = view.evidence.get(requires_id)
    if answer is None:
        return []
    quote = answer.quotes[0]
    return [indent(f"“{quote.display}”", "      "), indent(f"— {byline(answer.source)}", "      ")]


def _notation_text(view: ConceptView) -> list[str]:
    lines = ["", "How works write it:"] if view.notation else []
    for quantity in view.notation:
        lines.append(f"  {quantity.name}: here {quantity.ours}")
        works: dict[str, list[str]] = {}
        for spelling in quantity.spellings:
            works.setdefault(spelling.writes, []).append(
                spelling.work + (f" ({spelling.note})" if spelling.note else "")
            )
        lines += [indent(f"{writes}  in {'; '.join(names)}", "    ") for writes, names in works.items()]
    return lines
