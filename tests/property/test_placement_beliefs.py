"""What is believed of a learner is consistent, whatever the map and the answers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from maps import concept, graph_of
from rlmap.errors import InputError, UnknownNameError
from rlmap.study.knowledge import by_ability, by_study, by_use, space_of
from rlmap.study.placement import MAX_QUESTIONS, Answered, place
from rlmap.types import ConceptGraph

ANSWERS = ("yes", "roughly", "no", "unknown")


@st.composite
def interviews(draw: st.DrawFn) -> tuple[ConceptGraph, list[Answered]]:
    count = draw(st.integers(2, 10))
    concepts = []
    for number in range(count):
        needs = sorted(draw(st.sets(st.integers(0, number - 1), max_size=2))) if number else []
        area = draw(st.sampled_from(["core-rl", "mathematics"]))
        concepts.append(concept(f"c{number}", [f"c{need}" for need in needs], area=area))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, 1))
    asked = draw(st.lists(pairs, unique=True, max_size=6))
    answers = [Answered(f"c{number}", goal, draw(st.sampled_from(ANSWERS))) for number, goal in asked]
    return graph_of(*concepts), answers


@given(interviews())
@settings(max_examples=60, deadline=None)
def test_what_is_needed_is_never_less_likely_known_than_what_needs_it(
    case: tuple[ConceptGraph, list[Answered]],
) -> None:
    graph, answers = case
    placed = place(graph, tuple(graph.concepts), answers)
    for item in graph.concepts.values():
        for edge in item.prerequisites:
            assert placed.probability[edge.requires_id] >= placed.probability[item.id] - 1e-9
    assert all(-1e-9 <= p <= 1 + 1e-9 for p in placed.probability.values())
    assert placed.known.isdisjoint(placed.known_roughly)


@given(interviews(), st.sampled_from([by_ability, by_study, by_use]))
@settings(max_examples=40, deadline=None)
def test_every_imagined_learner_has_the_ground_of_what_they_know(
    case: tuple[ConceptGraph, list[Answered]], story: Callable[..., NDArray[np.bool_]]
) -> None:
    graph, _ = case
    ids = tuple(graph.concepts)
    space = space_of(graph, ids)
    states = story(space, 200, np.random.default_rng(0))
    assert states.shape == (200, len(ids))
    for index, needs in enumerate(space.needs):
        for needed in needs:
            assert not (states[:, index] & ~states[:, needed]).any()
    assert states.any()
    assert not states.all()


@given(interviews())
@settings(max_examples=40, deadline=None)
def test_the_belief_depends_on_the_answers_alone(case: tuple[ConceptGraph, list[Answered]]) -> None:
    graph, answers = case
    ids = tuple(graph.concepts)
    forwards = place(graph, ids, answers)
    backwards = place(graph, tuple(reversed(ids)), list(reversed(answers)))
    for concept_id in ids:
        assert forwards.probability[concept_id] == pytest.approx(backwards.probability[concept_id], abs=1e-9)


@given(interviews(), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_yes_never_makes_less_likely_and_no_never_more(case: tuple[ConceptGraph, list[Answered]], which: int) -> None:
    graph, answers = case
    ids = tuple(graph.concepts)
    asked = ids[which % len(ids)]
    before = place(graph, ids, answers).probability[asked]
    yes = place(graph, ids, [*answers, Answered(asked, 0, "yes")]).probability[asked]
    no = place(graph, ids, [*answers, Answered(asked, 0, "no")]).probability[asked]
    assert no <= before + 1e-9
    assert yes >= before - 1e-9


def chain(length: int) -> ConceptGraph:
    return graph_of(concept("c00"), *(concept(f"c{i:02}", [f"c{i - 1:02}"]) for i in range(1, length)))


@given(st.integers(0, 40))
@settings(max_examples=15, deadline=None)
def test_an_honest_learner_is_placed_with_few_questions(known: int) -> None:
    """On a chain of forty, the place where knowledge ends is found as a binary search finds it."""
    graph = chain(40)
    truth = {f"c{i:02}" for i in range(known)}
    answers: list[Answered] = []
    placed = place(graph, tuple(graph.concepts), answers)
    while placed.question is not None:
        question = placed.question
        assert (question.concept_id, question.goal) not in {(a.concept_id, a.goal) for a in answers}
        answers.append(Answered(question.concept_id, question.goal, "yes" if question.concept_id in truth else "no"))
        placed = place(graph, tuple(graph.concepts), answers)
    assert len(answers) <= 12 < MAX_QUESTIONS
    assert len(placed.known ^ truth) <= 2


def test_rough_answers_make_rough_knowledge() -> None:
    graph = chain(4)
    answers = [Answered("c03", 0, "yes"), Answered("c02", 0, "roughly")]
    placed = place(graph, tuple(graph.concepts), answers)
    assert placed.known_roughly == {"c02"}
    assert placed.known == {"c00", "c01", "c03"}


def test_questions_are_goals_and_bad_answers_are_refused() -> None:
    graph = chain(5)
    question = place(graph, tuple(graph.concepts)).question
    assert question is not None
    assert question.text == graph.concepts[question.concept_id].goals[question.goal]
    assert question.gain > 0
    with pytest.raises(InputError, match="none of yes, roughly, no and unknown"):
        place(graph, tuple(graph.concepts), [Answered("c00", 0, "maybe")])  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="no concept among the questions named 'zebra'"):
        place(graph, tuple(graph.concepts), [Answered("zebra", 0, "yes")])
    with pytest.raises(UnknownNameError, match="no concept named 'c0'"):
        place(graph, ("c0",))
    with pytest.raises(InputError, match="nothing to ask about"):
        place(graph, ())
