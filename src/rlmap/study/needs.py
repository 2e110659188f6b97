"""What a learner still needs for a goal: the smallest set of concepts, and the edges among them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from rlmap.errors import UnknownNameError
from rlmap.spelling import nearest_names
from rlmap.study.profile import background
from rlmap.types import AnyOf, ConceptGraph, LearnerProfile, Prerequisite

#: A helpful concept is worth its time if it helps this many concepts of a path ...
_PAYS_FOR = 2
#: ... and takes at most this share of the time of those it helps.
_PAYS_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class SourceGoal:
    """A text that a learner wants to read, and the concepts that it asks for."""

    source_id: str
    title: str
    concept_ids: tuple[str, ...]


NO_SOURCES: Mapping[str, SourceGoal] = {}


@dataclass(frozen=True, slots=True)
class Needs:
    """What a path must hold.

    ``concept_ids`` are sorted; ``requires`` gives, for each, the edges to others of them,
    alternatives already chosen; ``soft`` those that only help. ``partial`` gives the goals of a
    concept that are enough where nothing on the path needs all of it. ``groundwork`` are concepts
    added for what they let the learner build.
    """

    concept_ids: tuple[str, ...]
    goal_ids: tuple[str, ...]
    requires: Mapping[str, tuple[Prerequisite, ...]]
    soft: Mapping[str, tuple[Prerequisite, ...]]
    partial: Mapping[str, tuple[int, ...]]
    groundwork: tuple[str, ...] = ()


def goal_concepts(
    graph: ConceptGraph, goals: Iterable[str], sources: Mapping[str, SourceGoal] = NO_SOURCES
) -> tuple[str, ...]:
    """Return the concepts that goals stand for: concept ids, tracks, or the texts of ``sources``.

    Raises
    ------
    UnknownNameError
        If a goal is none of these.
    """
    found: dict[str, None] = {}
    for goal in goals:
        if goal in graph.concepts:
            found[goal] = None
        elif goal in graph.tracks:
            found.update(dict.fromkeys(graph.tracks[goal].concept_ids))
        elif goal in sources:
            found.update(dict.fromkeys(sources[goal].concept_ids))
        else:
            names = {*graph.concepts, *graph.tracks, *sources}
            raise UnknownNameError("concept, track or source", goal[:80], nearest_names(goal[:80], names))
    return tuple(found)


def needs_of(
    graph: ConceptGraph,
    profile: LearnerProfile,
    known: Collection[str],
    groundwork: tuple[str, ...] = (),
    sources: Mapping[str, SourceGoal] = NO_SOURCES,
) -> Needs:
    """Return the smallest set of concepts that leads to the goals of a profile.

    Parameters
    ----------
    graph : ConceptGraph
        The map.
    profile : LearnerProfile
        Its goals, and its background, by which alternatives are chosen.
    known : collection of str
        What is known, roughly or well. The search stops there: who knows a concept needs nothing
        below it for its sake. A known goal needs nothing.
    groundwork : tuple of str
        Concepts to be learned besides, though no goal needs them.
    sources : mapping of str to SourceGoal
        The goals that are texts.

    Raises
    ------
    UnknownNameError
        If a goal does not exist.
    """
    goals = tuple(goal for goal in goal_concepts(graph, profile.goals, sources) if goal not in known)
    needed: set[str] = set()
    for wanted in (goals, groundwork):
        needed |= hard_closure(graph, wanted, known)
        _choose_alternatives(graph, profile, needed, known)
    needed = _leading_to((*goals, *groundwork), lambda c: _edges_within(graph, profile, c, needed, known))
    needed |= _helping(graph, needed, known)
    requires = {c: tuple(_edges_within(graph, profile, c, needed, known)) for c in sorted(needed)}
    soft = {
        concept_id: tuple(e for e in graph.concepts[concept_id].helpful if e.requires_id in needed)
        for concept_id in needed
    }
    return Needs(
        concept_ids=tuple(sorted(needed)),
        goal_ids=goals,
        requires=requires,
        soft=soft,
        partial=_partial_goals(requires, (*goals, *groundwork), needed),
        groundwork=groundwork,
    )


def hard_closure(graph: ConceptGraph, concept_ids: Iterable[str], known: Collection[str]) -> set[str]:
    """Return these concepts and all that they need by hard edges, as far as it is not known."""
    needed: set[str] = set()
    stack = list(concept_ids)
    while stack:
        concept_id = stack.pop()
        if concept_id not in needed and concept_id not in known:
            needed.add(concept_id)
            stack.extend(edge.requires_id for edge in graph.concepts[concept_id].prerequisites)
    return needed


def _choose_alternatives(
    graph: ConceptGraph, profile: LearnerProfile, needed: set[str], known: Collection[str]
) -> None:
    """Add to ``needed`` one option, with what it needs, for each group that has none yet."""
    while True:
        open_groups = [
            group
            for concept_id in sorted(needed)
            for group in graph.concepts[concept_id].any_of
            if not any(option.requires_id in needed or option.requires_id in known for option in group.options)
        ]
        if not open_groups:
            return
        needed |= hard_closure(graph, [_best_option(graph, profile, open_groups[0], needed, known)], known)


def _leading_to(wanted: Collection[str], edges: Callable[[str], Iterable[Prerequisite]]) -> set[str]:
    """Return what leads to ``wanted``: an option chosen early is left out where another came to stand for it."""
    found: set[str] = set()
    stack = [*wanted]
    while stack:
        concept_id = stack.pop()
        if concept_id not in found:
            found.add(concept_id)
            stack.extend(edge.requires_id for edge in edges(concept_id))
    return found


def _best_option(
    graph: ConceptGraph, profile: LearnerProfile, group: AnyOf, needed: set[str], known: Collection[str]
) -> str:
    """Choose the option of the learner's background, then the one with the least more to learn."""
    side = background(profile)

    def price(option_id: str, side_of_option: str) -> tuple[bool, bool, int, str]:
        extra = hard_closure(graph, [option_id], known) - needed
        minutes = sum(graph.concepts[concept_id].minutes for concept_id in extra)
        return side_of_option != side, side_of_option != "any", minutes, option_id

    return min(price(option.requires_id, option.background) for option in group.options)[-1]


def _edges_within(
    graph: ConceptGraph, profile: LearnerProfile, concept_id: str, needed: set[str], known: Collection[str]
) -> list[Prerequisite]:
    """Return the hard edges of a concept to others of the path, one for each open alternative."""
    concept = graph.concepts[concept_id]
    edges = [edge for edge in concept.prerequisites if edge.requires_id in needed]
    for group in concept.any_of:
        options = [option for option in group.options if option.requires_id in needed]
        if options and not any(option.requires_id in known for option in group.options):
            side = background(profile)
            taken = min(options, key=lambda option: (option.background != side, option.requires_id))
            edges.append(Prerequisite(concept_id, taken.requires_id, group.reason))
    return edges


def _helping(graph: ConceptGraph, needed: set[str], known: Collection[str]) -> set[str]:
    """Return the soft prerequisites that pay: ready-made, useful more than once, and short."""
    helped: dict[str, list[str]] = {}
    for concept_id in sorted(needed):
        for edge in graph.concepts[concept_id].helpful:
            if edge.requires_id not in needed and edge.requires_id not in known:
                helped.setdefault(edge.requires_id, []).append(concept_id)
    paying = set()
    for helper, uses in helped.items():
        concept = graph.concepts[helper]
        grounded = all(edge.requires_id in needed or edge.requires_id in known for edge in concept.prerequisites)
        cheap = concept.minutes <= _PAYS_SHARE * sum(graph.concepts[use].minutes for use in uses)
        if grounded and not concept.any_of and cheap and len(uses) >= _PAYS_FOR:
            paying.add(helper)
    return paying


def _partial_goals(
    requires: Mapping[str, Collection[Prerequisite]], goals: Collection[str], needed: Collection[str]
) -> dict[str, tuple[int, ...]]:
    """Return the goals that are enough, where every use of a concept names the goals it needs."""
    used: dict[str, set[int]] = {}
    whole = set(goals)
    for edges in requires.values():
        for edge in edges:
            if edge.goals:
                used.setdefault(edge.requires_id, set()).update(edge.goals)
            else:
                whole.add(edge.requires_id)
    return {
        concept_id: tuple(sorted(used[concept_id]))
        for concept_id in sorted(needed)
        if concept_id in used and concept_id not in whole
    }
