"""Every problem of the map at once: what :func:`load_graph` refuses, and what an editor should mend."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from graphlib import CycleError
from pathlib import Path

from rlmap.graph.load import read_graph
from rlmap.graph.problems import did_you_mean
from rlmap.graph.schema import ConceptEntry, RawGraph
from rlmap.graph.structure import ancestor_sets, required_ids, structure_problems
from rlmap.spelling import fold_name
from rlmap.types import Problem

MAX_SUMMARY_WORDS = 80
GOAL_COUNTS = range(2, 5)

#: Different sources against which somebody other than the writer has compared a concept.
CHECKED_SOURCES = 2

#: A concept on which more than this share of the map stands must not be among the hardest.
BOTTLENECK_SHARE = 0.25

#: Signs of a formula in a summary: LaTeX, an equals sign, a sub- or superscript, an operator.
_FORMULA = re.compile(r"\$|\\[A-Za-z]+|[=^∑∏∫√∂∇≤≥]|\b\w_\{?\w|\d\s*/\s*\(")


def check_graph(
    graph_dir: Path, *, source_ids: Collection[str] | None = None, demo_ids: Collection[str] | None = None
) -> list[Problem]:
    """Check the whole map.

    Parameters
    ----------
    graph_dir : Path
        The folder with ``areas.toml``, ``tracks.toml`` and ``concepts/``.
    source_ids : collection of str or None
        The sources of the manifest; ``None`` skips the check of readings against it.
    demo_ids : collection of str or None
        The demos that exist; ``None`` skips the check of ``demo_id`` against them.

    Returns
    -------
    list of Problem
        Errors before warnings, each by file and field.
    """
    raw, problems = read_graph(graph_dir)
    problems.extend(structure_problems(raw))
    problems.extend(_shape_warnings(raw))
    problems.extend(_name_collisions(raw))
    for entry in raw.entries:
        problems.extend(_content_problems(entry))
        problems.extend(_reference_problems(entry, source_ids, demo_ids))
    return sorted(problems, key=lambda p: (p.severity, p.file, p.field, p.message))


def _content_problems(entry: ConceptEntry) -> Iterator[Problem]:
    concept, file = entry.concept, entry.file
    words = len(concept.summary.split())
    if words > MAX_SUMMARY_WORDS:
        yield Problem(file, "summary", f"{words} words", f"say it in at most {MAX_SUMMARY_WORDS}")
    sign = _FORMULA.search(concept.summary)
    if sign:
        yield Problem(
            file, "summary", f"a formula ({sign.group()!r})", "say it in words; the key formula holds the formula"
        )
    if len(concept.goals) not in GOAL_COUNTS:
        yield Problem(file, "goals", f"{len(concept.goals)} goals", "state two to four")
    if concept.build is None:
        yield Problem(file, "build", "nothing to build", "add a [build] table: task, check, minutes")
    if not concept.mistakes:
        yield Problem(file, "mistakes", "no common mistake", "add what learners get wrong, a sentence or two each")
    sources = {checked.source for checked in concept.checked_against}
    if len(sources) < CHECKED_SOURCES:
        message = f"checked against {len(sources)} sources, not {CHECKED_SOURCES}"
        yield Problem(file, "checked_against", message, "let a second reader compare it and record where", "warning")
    if concept.demo_id is None:
        yield Problem(file, "demo_id", "no demo", "name the demo that shows the concept", "warning")
    levels = {reading.level for reading in concept.readings}
    for level in sorted({"plain", "formal"} - levels):
        yield Problem(file, "readings", f"no {level} reading", f"add a reading with level = {level!r}")


def _reference_problems(
    entry: ConceptEntry, source_ids: Collection[str] | None, demo_ids: Collection[str] | None
) -> Iterator[Problem]:
    concept = entry.concept
    cited = [(f"readings[{i}].source", reading.source) for i, reading in enumerate(concept.readings)]
    cited += [(f"checked_against[{i}].source", checked.source) for i, checked in enumerate(concept.checked_against)]
    for key, names in (("pinned", concept.pinned), ("rejected", concept.rejected)):
        cited += [(f"{key}[{i}]", name.partition("/")[0]) for i, name in enumerate(names)]
    for field, source_id in cited:
        if source_ids is not None and source_id not in source_ids:
            fix = did_you_mean(source_id, source_ids, "add the source to the manifest")
            yield Problem(entry.file, field, f"there is no source {source_id}", fix)
    if demo_ids is not None and concept.demo_id is not None and concept.demo_id not in demo_ids:
        fix = did_you_mean(concept.demo_id, demo_ids, "write the demo")
        yield Problem(entry.file, "demo_id", f"there is no demo {concept.demo_id}", fix)
    for name in sorted(set(concept.pinned) & set(concept.rejected)):
        yield Problem(entry.file, "pinned", f"passage {name} is pinned and rejected", "keep one of the two")


def _name_collisions(raw: RawGraph) -> Iterator[Problem]:
    """Two concepts must not share a name, or a learner who types it reaches one of them by chance."""
    uses: dict[str, list[tuple[ConceptEntry, str, str]]] = defaultdict(list)
    for entry in raw.entries:
        names = [("title", entry.concept.title), ("id", entry.concept.id)]
        names += [(f"aliases[{i}]", alias) for i, alias in enumerate(entry.concept.aliases)]
        for field, name in names:
            uses[fold_name(name)].append((entry, field, name))
    for same in uses.values():
        owners = {entry.concept.id for entry, _, _ in same}
        for entry, field, name in same:
            others = sorted(owners - {entry.concept.id})
            if others and field != "id":
                message = f"{name!r} also names {', '.join(others)}"
                yield Problem(entry.file, field, message, "keep the name where learners mean it most")


def _shape_warnings(raw: RawGraph) -> Iterator[Problem]:
    requires = required_ids(raw)
    try:
        place, ancestors = ancestor_sets(requires)
    except CycleError:
        return  # the cycle is reported as an error, and without an order there is no shape
    _, always = ancestor_sets(required_ids(raw, kinds=("hard",)), place)
    yield from _redundant_edges(raw, place, always)
    yield from _lonely_concepts(raw, requires)
    yield from _steep_concepts(raw)
    yield from _unreached_concepts(raw, place, ancestors)
    yield from _bottlenecks(raw, requires)


def _redundant_edges(raw: RawGraph, place: dict[str, int], ancestors: dict[str, int]) -> Iterator[Problem]:
    """Warn of edges that a longer way implies; a way through an alternative implies nothing."""
    for entry in raw.entries:
        hard = [edge.concept for edge in entry.concept.prerequisites if edge.concept in place]
        for index, edge in enumerate(entry.concept.prerequisites):
            if edge.concept not in place or edge.keep.strip():
                continue
            via = [other for other in hard if other != edge.concept and ancestors[other] >> place[edge.concept] & 1]
            if via:
                yield Problem(
                    entry.file,
                    f"prerequisites[{index}].concept",
                    f"{edge.concept} is implied already by {', '.join(sorted(via))}",
                    "remove the edge, or give the reason to keep it under keep",
                    "warning",
                )


def _lonely_concepts(raw: RawGraph, requires: dict[str, list[str]]) -> Iterator[Problem]:
    joined = {needed for ids in requires.values() for needed in ids}
    joined |= {concept_id for concept_id, ids in requires.items() if ids}
    for entry in raw.entries:
        soft = {edge.concept for edge in entry.concept.helpful}
        if entry.concept.id not in joined and not soft:
            message, fix = "no edge joins it to the map", "state what it needs, or what needs it"
            yield Problem(entry.file, "prerequisites", message, fix, "warning")


def _steep_concepts(raw: RawGraph) -> Iterator[Problem]:
    """Formalism is to rise one level at a time, so each level needs a stair just below it."""
    levels = {entry.concept.id: entry.concept.formalism for entry in raw.entries}
    for entry in raw.entries:
        concept = entry.concept
        below = [edge.concept for edge in concept.prerequisites]
        below += [option.concept for group in concept.any_of for option in group.options]
        reached = max((levels.get(concept_id, 0) for concept_id in below), default=0)
        if concept.formalism > reached + 1:
            yield Problem(
                entry.file,
                "formalism",
                f"{concept.formalism}, but what it needs reaches only {reached}",
                "name the prerequisite on which the harder mathematics stands, or lower the level",
                "warning",
            )


def _unreached_concepts(raw: RawGraph, place: dict[str, int], ancestors: dict[str, int]) -> Iterator[Problem]:
    """Warn of concepts that no track contains or needs: a learner who follows tracks never meets them."""
    if not raw.tracks:
        return
    reached = 0
    for track in raw.tracks:
        for concept_id in track.concepts:
            if track.kind != "famous" and concept_id in place:
                reached |= ancestors[concept_id] | (1 << place[concept_id])
    for entry in raw.entries:
        if entry.concept.id in place and not reached >> place[entry.concept.id] & 1:
            message, fix = "no track leads to it", "add it to a track of tracks.toml"
            yield Problem(entry.file, "id", message, fix, "warning")


def _bottlenecks(raw: RawGraph, requires: dict[str, list[str]]) -> Iterator[Problem]:
    needed_by: dict[str, list[str]] = {concept_id: [] for concept_id in requires}
    for concept_id, needed in requires.items():
        for required in needed:
            needed_by[required].append(concept_id)
    _, descendants = ancestor_sets(needed_by)
    for entry in raw.entries:
        above = descendants[entry.concept.id].bit_count()
        if entry.concept.formalism == 3 and above > BOTTLENECK_SHARE * len(requires):
            yield Problem(
                entry.file,
                "formalism",
                f"a bottleneck: {above} of {len(requires)} concepts stand on it and it needs proofs",
                "split off the part they need",
                "warning",
            )
