"""From a goal and a profile to one strict order of steps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from rlmap.errors import InputError, UnknownNameError
from rlmap.spelling import nearest_names
from rlmap.study.exact import prove_order
from rlmap.study.needs import NO_SOURCES, Needs, SourceGoal, goal_concepts, hard_closure, needs_of
from rlmap.study.order import find_order
from rlmap.study.order_problem import order_problem
from rlmap.study.overlap import without_overlap
from rlmap.study.profile import check_profile, expected_roughly, formalism_at_ease, taken_for_known
from rlmap.study.rules import HEAVY, build_before_papers, build_early, climb_by_levels
from rlmap.study.stages import stages_of
from rlmap.study.steps import (
    build_step,
    check_step,
    demo_step,
    left_for_the_end,
    needs_paper,
    paper_step,
    read_step,
    reasons,
    say_why_built,
    wanted_paper_step,
)
from rlmap.types import Branch, Concept, ConceptGraph, LearnerProfile, Step, StudyPath

#: A concept that this many others of the path rest on is worth a check of its own.
_PIVOTAL = 3
_BRANCH_CONCEPTS = 3


def plan(
    graph: ConceptGraph,
    profile: LearnerProfile,
    *,
    sources: Mapping[str, SourceGoal] = NO_SOURCES,
    prove_s: float = 0.0,
) -> StudyPath:
    """Plan a path.

    The path holds what the goals need and the learner does not know, in an order in which
    nothing is used before it is learned and of low cost (:mod:`rlmap.study.order_cost`). Its steps keep
    these rules: something is built within the first three steps; reading and hands-on work
    alternate; something substantial is built before any paper of formalism 3; formalism rises
    by one level at a time, unless the learner is above it.

    Parameters
    ----------
    graph : ConceptGraph
        The map.
    profile : LearnerProfile
        Goals (concepts, tracks, or keys of ``sources``), levels, what is known.
    sources : mapping of str to SourceGoal
        The goals that are texts to be read: the path ends with reading them.
    prove_s : float
        Seconds that CP-SAT may spend on a cheaper order where the quick search has no proof.

    Returns
    -------
    StudyPath
        Its profile lists under ``known`` and ``known_roughly`` all that was taken for such. Without
        steps where the goals are known already.

    Raises
    ------
    InputError
        If a value of the profile is out of range.
    UnknownNameError
        If a goal does not exist.
    """
    profile = _with_what_is_known(graph, profile)
    behind = profile.known | profile.known_roughly
    needs = _needs(graph, profile, behind, sources)
    order = _order(graph, needs, profile, prove_s)
    steps = _by_the_rules(graph, profile, sources, _steps(graph, needs, profile, order))
    return StudyPath(
        profile=profile,
        steps=tuple(steps),
        total_minutes=sum(step.minutes for step in steps),
        branches=_branches(graph, behind | set(order)),
        stages=stages_of(graph, steps),
        goal_ids=goal_concepts(graph, profile.goals, sources),
    )


def _with_what_is_known(graph: ConceptGraph, profile: LearnerProfile) -> LearnerProfile:
    """Return a checked profile that names what its levels take for known, and for known roughly."""
    check_profile(profile)
    if not profile.goals:
        raise InputError("The profile has no goal: name a concept, a track or a paper.")
    _check_names(graph, profile)
    known = taken_for_known(graph, profile)
    roughly = (profile.known_roughly | expected_roughly(graph, profile)) - known
    return replace(profile, known=known, known_roughly=roughly)


def _check_names(graph: ConceptGraph, profile: LearnerProfile) -> None:
    for concept_id in sorted(profile.known | profile.known_roughly | profile.unknown):
        if concept_id not in graph.concepts:
            raise UnknownNameError("concept", concept_id[:80], nearest_names(concept_id[:80], graph.concepts))


def _needs(
    graph: ConceptGraph, profile: LearnerProfile, behind: Collection[str], sources: Mapping[str, SourceGoal]
) -> Needs:
    """Return what the goals need, and the groundwork that heavy papers among it need besides."""
    needs = needs_of(graph, profile, behind, sources=sources)
    groundwork = _groundwork(graph, profile, needs, behind)
    return needs_of(graph, profile, behind, groundwork, sources) if groundwork else needs


def _groundwork(graph: ConceptGraph, profile: LearnerProfile, needs: Needs, behind: Collection[str]) -> tuple[str, ...]:
    """Return the concept to add so that something substantial is built before a heavy paper.

    None where there is no heavy paper, or where the path or what is known holds such a build;
    otherwise the one that takes the least time, what it needs included.
    """
    heavy = [
        concept_id
        for concept_id in needs.concept_ids
        if graph.concepts[concept_id].formalism >= HEAVY
        and needs_paper(graph, needs, profile, graph.concepts[concept_id])
    ]
    substantial = [c for c in graph.concepts.values() if c.build is not None and c.build.substantial]
    on_path = {*needs.concept_ids, *behind}
    if not heavy or not substantial or any(concept.id in on_path for concept in substantial):
        return ()

    def price(concept: Concept) -> tuple[int, str]:
        extra = hard_closure(graph, [concept.id], behind) - set(needs.concept_ids)
        return sum(graph.concepts[concept_id].minutes for concept_id in extra), concept.id

    return (min(price(concept) for concept in substantial)[1],)


def _order(graph: ConceptGraph, needs: Needs, profile: LearnerProfile, prove_s: float) -> tuple[str, ...]:
    tracks = [graph.tracks[goal].concept_ids for goal in profile.goals if goal in graph.tracks]
    problem = order_problem(graph, needs, formalism_at_ease(profile), tracks)
    order, proved = find_order(problem)
    if prove_s > 0 and not proved:
        order = prove_order(problem, prove_s, order).order
    return tuple(problem.ids[index] for index in order)


def _steps(graph: ConceptGraph, needs: Needs, profile: LearnerProfile, order: Collection[str]) -> list[Step]:
    concepts = [graph.concepts[concept_id] for concept_id in order]
    homes = _demo_homes(concepts)
    users = _users(needs)
    because = reasons(graph, needs, profile, tuple(order))
    longest_run = 1 if profile.taste < -0.34 else 3 if profile.taste > 0.34 else 2
    steps: list[Step] = []
    built: list[str] = []
    run = 0  # reading steps since something was last done by hand
    for concept in concepts:
        steps += _rough_checks(graph, profile, concept, steps)
        is_goal = concept.id in needs.goal_ids
        paper = needs_paper(graph, needs, profile, concept)
        whole = concept.id not in needs.partial
        steps.append(read_step(needs, profile, concept, because[concept.id], paper=paper))
        run += 1
        if concept.demo_id is not None and homes[concept.demo_id] == concept.id:
            steps.append(demo_step(concept))
            run = 0
        if concept.build is not None and (
            (concept.build.substantial and whole) or paper or is_goal or run >= longest_run
        ):
            steps.append(build_step(concept))
            built.append(concept.title)
            run = 0
        if paper:
            steps.append(paper_step(concept, built))
            run += 1
        if is_goal or users.get(concept.id, 0) >= _PIVOTAL:
            reason = "Your goal is reached when you can do this." if is_goal else "Much of what follows rests on it."
            steps.append(check_step(concept, reason))
    return steps


def _by_the_rules(
    graph: ConceptGraph, profile: LearnerProfile, sources: Mapping[str, SourceGoal], steps: list[Step]
) -> list[Step]:
    """Return the steps with the texts that are goals at their end, moved and completed so that they keep the rules."""
    behind = profile.known | profile.known_roughly
    steps = left_for_the_end(steps, {sources[goal].source_id for goal in profile.goals if goal in sources})
    steps += _wanted_papers(graph, profile, sources, steps)
    steps = build_before_papers(graph, steps, behind)
    steps = climb_by_levels(graph, steps, behind, formalism_at_ease(profile))
    return say_why_built(graph, build_early(graph, steps), goal_concepts(graph, profile.goals, sources))


def _wanted_papers(
    graph: ConceptGraph, profile: LearnerProfile, sources: Mapping[str, SourceGoal], steps: Collection[Step]
) -> list[Step]:
    """Return a last step for each goal that is a source: reading it, now that what it needs is learned."""
    read = [step.concept_id for step in steps if step.kind == "read"]
    built = [graph.concepts[step.concept_id].title for step in steps if step.kind == "build"]
    wanted = []
    for source in (sources[goal] for goal in profile.goals if goal in sources):
        asked = [concept_id for concept_id in read if concept_id in source.concept_ids] or source.concept_ids
        concepts = [graph.concepts[concept_id] for concept_id in source.concept_ids]
        readings = [
            reading for concept in concepts for reading in concept.readings if reading.source_id == source.source_id
        ]
        wanted.append(
            wanted_paper_step(source, graph.concepts[asked[-1]], without_overlap(dict.fromkeys(readings)), built)
        )
    return wanted


def _demo_homes(concepts: Collection[Concept]) -> dict[str, str]:
    """Return the concept at which each demo is run: its namesake, else the last of the least formal that it shows."""
    homes: dict[str, Concept] = {}
    for concept in concepts:
        demo_id = concept.demo_id
        if demo_id is None:
            continue
        home = homes.get(demo_id)
        if home is None or concept.id == demo_id or (home.id != demo_id and concept.formalism <= home.formalism):
            homes[demo_id] = concept
    return {demo_id: concept.id for demo_id, concept in homes.items()}


def _users(needs: Needs) -> Mapping[str, int]:
    users: dict[str, int] = {}
    for edges in needs.requires.values():
        for edge in edges:
            users[edge.requires_id] = users.get(edge.requires_id, 0) + 1
    return users


def _rough_checks(
    graph: ConceptGraph, profile: LearnerProfile, concept: Concept, steps: Collection[Step]
) -> list[Step]:
    """Return a check for each thing that a concept needs, that is known roughly and not checked yet."""
    needed = {edge.requires_id for edge in concept.prerequisites}
    needed |= {option.requires_id for group in concept.any_of for option in group.options}
    rough = needed & profile.known_roughly
    unchecked = rough - {step.concept_id for step in steps} if rough else rough
    reason = "You know it roughly, and the next concept leans on it: see what has stayed."
    return [check_step(graph.concepts[concept_id], reason) for concept_id in sorted(unchecked)]


def _branches(graph: ConceptGraph, learned: Collection[str]) -> tuple[Branch, ...]:
    """Return where to go on: for each ending, its first concepts that are now ready."""
    branches = []
    for track in graph.tracks.values():
        if track.kind != "ending":
            continue
        left = [graph.concepts[concept_id] for concept_id in track.concept_ids if concept_id not in learned]
        ready = [c for c in left if all(edge.requires_id in learned for edge in c.prerequisites)]
        following = tuple((ready or left)[:_BRANCH_CONCEPTS])
        if following:
            because = f"{len(track.concept_ids) - len(left)} of its {len(track.concept_ids)} concepts are behind you."
            ids = tuple(concept.id for concept in following)
            branches.append(Branch(track.id, track.title, because, ids, sum(c.minutes for c in following)))
    return tuple(branches)
