"""Where a learner stands on the map: what is ready, what is near, why a step is there, what skipping costs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rlmap.errors import UnknownNameError
from rlmap.spelling import nearest_names
from rlmap.types import Concept, ConceptGraph, Prerequisite, Step, StudyPath


@dataclass(frozen=True, slots=True)
class Opening:
    """A concept that one more step would make ready: what is missing, and how many minutes that takes."""

    concept_id: str
    missing: str
    minutes: int


@dataclass(frozen=True, slots=True)
class PathChange:
    """How a path differs from an earlier one, by concepts; ``minutes`` is new total less old."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    minutes: int


def ready_now(graph: ConceptGraph, known: Collection[str]) -> tuple[str, ...]:
    """Return the concepts that are not known and whose every need is met, by id."""
    return tuple(
        concept.id for concept in graph.concepts.values() if concept.id not in known and not _missing(concept, known)
    )


def one_step_away(graph: ConceptGraph, known: Collection[str]) -> tuple[Opening, ...]:
    """Return the concepts that lack exactly one thing which is itself ready, the shortest way first."""
    openings = []
    for concept in graph.concepts.values():
        missing = _missing(concept, known) if concept.id not in known else []
        if len(missing) != 1:
            continue
        ready = [other for other in missing[0] if not _missing(graph.concepts[other], known)]
        if ready:
            shortest = min(ready, key=lambda other: (graph.concepts[other].minutes, other))
            openings.append(Opening(concept.id, shortest, graph.concepts[shortest].minutes))
    return tuple(sorted(openings, key=lambda opening: (opening.minutes, opening.concept_id)))


def unlocks_most(graph: ConceptGraph, known: Collection[str]) -> tuple[tuple[str, int], ...]:
    """Return what is ready with how many unknown concepts rest on it, directly or not, most first."""
    users: dict[str, list[str]] = {concept_id: [] for concept_id in graph.concepts}
    for concept in graph.concepts.values():
        for edge in concept.prerequisites:
            users[edge.requires_id].append(concept.id)
    counts = []
    for concept_id in ready_now(graph, known):
        seen: set[str] = set()
        stack = [concept_id]
        while stack:
            fresh = [user for user in users[stack.pop()] if user not in seen and user not in known]
            seen.update(fresh)
            stack.extend(fresh)
        counts.append((concept_id, len(seen)))
    return tuple(sorted(counts, key=lambda item: (-item[1], item[0])))


def why_here(graph: ConceptGraph, path: StudyPath, concept_id: str) -> tuple[Prerequisite, ...]:
    """Return the shortest chain of edges from a concept of a path to a goal; empty for a goal itself.

    Raises
    ------
    UnknownNameError
        If the concept is not on the path.
    """
    members = _members(path)
    _require_member(members, concept_id)
    goals = set(path.goal_ids)
    uses: dict[str, list[Prerequisite]] = {}
    for member in members:
        for edge in _edges(graph.concepts[member]):
            uses.setdefault(edge.requires_id, []).append(edge)
    chains: dict[str, tuple[Prerequisite, ...]] = {concept_id: ()}
    queue = [concept_id]
    for reached in queue:
        if reached in goals:
            return chains[reached]
        for edge in uses.get(reached, []):
            if edge.concept_id not in chains:
                chains[edge.concept_id] = (*chains[reached], edge)
                queue.append(edge.concept_id)
    return ()


def what_if_skipped(graph: ConceptGraph, path: StudyPath, concept_id: str) -> tuple[Prerequisite, ...]:
    """Return the edges that lose their ground if a concept of a path is skipped, in path order.

    The first are those that rest on it directly; then those that rest on what has lost its
    ground. An alternative that the learner knows or learns keeps its concept standing.

    Raises
    ------
    UnknownNameError
        If the concept is not on the path.
    """
    members = _members(path)
    _require_member(members, concept_id)
    behind = path.profile.known | path.profile.known_roughly
    lost = {concept_id}
    broken: list[Prerequisite] = []
    for member in members:
        if member in lost or member in behind:
            continue
        concept = graph.concepts[member]
        edges = [edge for edge in concept.prerequisites if edge.requires_id in lost]
        standing = (behind | set(members)) - lost
        for group in concept.any_of:
            options = [option.requires_id for option in group.options]
            if not standing.intersection(options):
                edges += [Prerequisite(member, option, group.reason) for option in options if option in lost]
        if edges:
            lost.add(member)
            broken.extend(edges)
    return tuple(broken)


def changes(old: StudyPath, new: StudyPath) -> PathChange:
    """Return which concepts a new path reads that the old one did not, and the other way round."""
    before, after = _members(old), _members(new)
    return PathChange(
        added=tuple(concept_id for concept_id in after if concept_id not in before),
        removed=tuple(concept_id for concept_id in before if concept_id not in after),
        minutes=new.total_minutes - old.total_minutes,
    )


def _missing(concept: Concept, known: Collection[str]) -> list[list[str]]:
    """Return each unmet need as the list of concepts of which one would meet it."""
    unmet = [[edge.requires_id] for edge in concept.prerequisites if edge.requires_id not in known]
    for group in concept.any_of:
        options = [option.requires_id for option in group.options]
        if not any(option in known for option in options):
            unmet.append(options)
    return unmet


def _edges(concept: Concept) -> list[Prerequisite]:
    options = [Prerequisite(concept.id, o.requires_id, group.reason) for group in concept.any_of for o in group.options]
    return [*concept.prerequisites, *options, *concept.helpful]


def _members(path: StudyPath) -> dict[str, Step]:
    members: dict[str, Step] = {}
    for step in path.steps:
        members.setdefault(step.concept_id, step)
    return members


def _require_member(members: Collection[str], concept_id: str) -> None:
    if concept_id not in members:
        raise UnknownNameError("concept on this path", concept_id[:80], nearest_names(concept_id[:80], members))
