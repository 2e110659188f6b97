"""Whatever the map and the learner, a path keeps its rules."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from maps import concept, graph_of
from rlmap.study.beam import beam_search
from rlmap.study.exact import prove_order
from rlmap.study.moves import mend, move_tables
from rlmap.study.order import find_order
from rlmap.study.order_cost import OrderProblem, order_cost
from rlmap.study.plan import plan
from rlmap.study.profile import without_implied
from rlmap.types import ConceptGraph, LearnerProfile, StudyPath


@st.composite
def graphs(draw: st.DrawFn) -> ConceptGraph:
    """A checked map: each concept at most one level above its prerequisites, and something to build."""
    count = draw(st.integers(2, 14))
    concepts, levels = [], []
    for number in range(count):
        needs = sorted(draw(st.sets(st.integers(0, number - 1), max_size=3))) if number else []
        top = max((levels[need] for need in needs), default=0)
        levels.append(draw(st.integers(0, min(3, top + 1))))
        options = []
        free = [other for other in range(number) if other not in needs]
        if len(free) >= 2 and draw(st.booleans()):
            sides = zip(draw(st.permutations(free))[:2], ("engineer", "mathematician"), strict=True)
            options = [{"concept": f"c{other:02}", "background": side} for other, side in sides]
        concepts.append(
            concept(
                f"c{number:02}",
                [f"c{need:02}" for need in needs],
                area=draw(st.sampled_from(["core-rl", "mathematics", "engineering"])),
                formalism=levels[-1],
                any_of=[{"reason": "Either does.", "options": options}] if options else [],
                build={
                    "task": "Write it.",
                    "check": "It runs.",
                    "minutes": draw(st.integers(5, 90)),
                    "substantial": draw(st.integers(0, 3)) == 0,
                },
                demo_id=draw(st.sampled_from(["d0", "d1", "d2"])),
            )
        )
    return graph_of(*concepts)


@st.composite
def learners(draw: st.DrawFn) -> tuple[ConceptGraph, LearnerProfile]:
    graph = draw(graphs())
    ids = sorted(graph.concepts)
    goals = draw(st.sets(st.sampled_from(ids), min_size=1, max_size=3))
    known = draw(st.sets(st.sampled_from(ids), max_size=4)) - goals
    profile = LearnerProfile(
        goals=tuple(sorted(goals)),
        maths=draw(st.integers(0, 3)),
        engineering=draw(st.integers(0, 3)),
        known=frozenset(known),
        known_roughly=frozenset(draw(st.sets(st.sampled_from(ids), max_size=2)) - goals - known),
        taste=draw(st.sampled_from([-1.0, 0.0, 1.0])),
    )
    return graph, profile


def behind(path: StudyPath) -> set[str]:
    return set(path.profile.known | path.profile.known_roughly)


@given(learners())
@settings(max_examples=80, deadline=None)
def test_nothing_is_used_before_it_is_learned(case: tuple[ConceptGraph, LearnerProfile]) -> None:
    graph, profile = case
    path = plan(graph, profile)
    learned = behind(path)
    for step in path.steps:
        if step.concept_id in learned:
            continue
        for edge in graph.concepts[step.concept_id].prerequisites:
            assert edge.requires_id in learned, (step.concept_id, edge.requires_id)
        for group in graph.concepts[step.concept_id].any_of:
            assert any(option.requires_id in learned for option in group.options)
        learned.add(step.concept_id)
    assert set(profile.goals) <= learned


@given(learners())
@settings(max_examples=80, deadline=None)
def test_something_is_built_early_and_before_heavy_papers(case: tuple[ConceptGraph, LearnerProfile]) -> None:
    graph, profile = case
    path = plan(graph, profile)
    if path.steps:
        assert any(step.kind == "build" for step in path.steps[:3])
    builds = [graph.concepts[step.concept_id].build for step in path.steps]
    exists = any(item.build is not None and item.build.substantial for item in graph.concepts.values())
    for at, step in enumerate(path.steps):
        if step.kind == "paper" and graph.concepts[step.concept_id].formalism == 3 and exists:
            assert any(
                path.steps[before].kind == "build" and build is not None and build.substantial
                for before, build in enumerate(builds[:at])
            )
        if step.kind == "paper":
            assert "simpler than it looks" in step.note
            assert all(f"Skip: {reading.skip}" in step.note for reading in step.readings)


@given(learners())
@settings(max_examples=80, deadline=None)
def test_formalism_rises_one_level_at_a_time(case: tuple[ConceptGraph, LearnerProfile]) -> None:
    graph, profile = case
    path = plan(graph, profile)
    before = profile.maths
    stairs = {graph.concepts[c].formalism for c in behind(path)}
    for step in path.steps:
        level = graph.concepts[step.concept_id].formalism
        between = set(range(max(before + 1, profile.maths), level))
        assert not between & stairs, f"{step.concept_id} jumps over a level that has been learned"
        before = level
        stairs.add(level)


@given(learners())
@settings(max_examples=60, deadline=None)
def test_reading_and_doing_alternate(case: tuple[ConceptGraph, LearnerProfile]) -> None:
    graph, profile = case
    longest = {-1.0: 1, 0.0: 2, 1.0: 3}[profile.taste]
    run = 0
    for step in plan(graph, profile).steps:
        if step.kind in ("build", "demo"):
            run = 0
        elif step.kind in ("read", "paper"):
            run += 1
        # a paper moved behind a later build may follow another paper
        assert run <= longest + 1


@given(learners())
@settings(max_examples=60, deadline=None)
def test_a_path_is_minimal_and_its_own_fixed_point(case: tuple[ConceptGraph, LearnerProfile]) -> None:
    """Every concept read leads to a goal; planning twice gives the same path."""
    graph, profile = case
    path = plan(graph, profile)
    assert plan(graph, profile) == path
    assert path.total_minutes == sum(step.minutes for step in path.steps)
    read = [step.concept_id for step in path.steps if step.kind == "read"]
    assert len(read) == len(set(read))
    for concept_id in set(read) - set(profile.goals):
        leads_on = any(
            concept_id in {edge.requires_id for edge in graph.concepts[other].prerequisites}
            or concept_id in {o.requires_id for group in graph.concepts[other].any_of for o in group.options}
            for other in read
        )
        assert leads_on or "papers ahead" in next(s.because for s in path.steps if s.concept_id == concept_id)


@given(learners())
@settings(max_examples=40, deadline=None)
def test_what_levels_imply_need_not_be_named(case: tuple[ConceptGraph, LearnerProfile]) -> None:
    graph, profile = case
    path = plan(graph, profile)
    short = without_implied(graph, path.profile)
    assert short.known <= path.profile.known
    assert plan(graph, short) == path


@st.composite
def order_problems(draw: st.DrawFn, most: int = 7) -> OrderProblem:
    count = draw(st.integers(1, most))
    uses = [tuple(sorted(draw(st.sets(st.integers(0, i - 1), max_size=3)))) if i else () for i in range(count)]
    return OrderProblem(
        ids=tuple(f"c{i:02}" for i in range(count)),
        after=tuple(uses),
        uses=tuple(uses),
        areas=tuple(draw(st.integers(0, 2)) for _ in range(count)),
        formalism=tuple(draw(st.integers(0, 3)) for _ in range(count)),
        builds=tuple(draw(st.booleans()) for _ in range(count)),
        level=draw(st.integers(0, 3)),
    )


def cheapest(problem: OrderProblem) -> float:
    """The optimum by trying every order."""
    return min(
        order_cost(problem, order).total
        for order in itertools.permutations(range(len(problem.ids)))
        if respects(problem, order)
    )


def respects(problem: OrderProblem, order: tuple[int, ...]) -> bool:
    place = {index: at for at, index in enumerate(order)}
    return sorted(order) == list(range(len(problem.ids))) and all(
        place[needed] < place[index] for index, after in enumerate(problem.after) for needed in after
    )


@given(order_problems())
@settings(max_examples=60, deadline=None)
def test_small_orders_are_the_cheapest_there_are(problem: OrderProblem) -> None:
    found = find_order(problem)
    assert found.proved
    assert respects(problem, found.order)
    assert order_cost(problem, found.order).total == cheapest(problem)


@given(order_problems())
@settings(max_examples=60, deadline=None)
def test_an_order_grown_backward_is_called_proved_only_if_none_is_cheaper(problem: OrderProblem) -> None:
    grown = beam_search(problem, 1_000, backward=True)
    assert respects(problem, grown.order)
    assert grown.proved == problem.builds[grown.order[0]]
    if grown.proved:
        assert order_cost(problem, grown.order).total == cheapest(problem)


@given(order_problems(most=24), st.integers(1, 6), st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_every_search_respects_the_edges_and_mending_never_makes_worse(
    problem: OrderProblem, width: int, reach: int
) -> None:
    forward, backward = (beam_search(problem, width, backward=backward).order for backward in (False, True))
    by_id = tuple(range(len(problem.ids)))  # respects the edges, for these run from low to high
    for order in (forward, backward, by_id):
        assert respects(problem, order)
        mended = mend(move_tables(problem), order, reach)
        assert respects(problem, mended)
        assert order_cost(problem, mended).total <= order_cost(problem, order).total


def taken_along(problem: OrderProblem, segment: list[int], mover: int, *, later: bool) -> list[int]:
    """Reorder a segment so that one concept passes the rest of it, with what must come along, worked out afresh."""
    moving = {mover}
    for index in segment if later else reversed(segment):
        linked = moving & set(problem.after[index]) if later else any(index in problem.after[other] for other in moving)
        if linked:
            moving.add(index)
    stay, move = [i for i in segment if i not in moving], [i for i in segment if i in moving]
    return stay + move if later else move + stay


@given(order_problems(most=12), st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_no_single_move_within_reach_makes_a_mended_order_cheaper(problem: OrderProblem, reach: int) -> None:
    problem = replace(problem, builds=(True,) * len(problem.ids))  # the wait for a build is judged move by move
    order = list(mend(move_tables(problem), tuple(range(len(problem.ids))), reach))
    cost = order_cost(problem, order).total
    for first, last in itertools.combinations(range(len(order)), 2):
        if last - first <= reach:
            segment = order[first : last + 1]
            for mover, later in ((segment[0], True), (segment[-1], False)):
                moved = taken_along(problem, segment, mover, later=later)
                other = [*order[:first], *moved, *order[last + 1 :]]
                assert respects(problem, tuple(other))
                assert order_cost(problem, other).total >= cost


@given(order_problems(most=9))
@settings(max_examples=8, deadline=None)
def test_the_solver_agrees_with_the_search(problem: OrderProblem) -> None:
    """CP-SAT, which shares no code with the search but the cost, finds no cheaper order."""
    narrow = mend(move_tables(problem), beam_search(problem, 1).order, reach=1)
    proof = prove_order(problem, seconds=20, start=narrow)
    assert proof.optimal
    assert respects(problem, proof.order)
    assert proof.cost == order_cost(problem, find_order(problem).order).total
