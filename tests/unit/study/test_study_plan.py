from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from maps import concept, graph_of, reading
from rlmap.errors import InputError, UnknownNameError
from rlmap.graph.load import load_graph
from rlmap.study.needs import SourceGoal, goal_concepts, needs_of
from rlmap.study.overlap import sections, without_overlap
from rlmap.study.plan import plan
from rlmap.study.profile import EXPECTED, LEVELS, taken_for_known
from rlmap.types import Concept, ConceptGraph, LearnerProfile, Reading, Step, StudyPath, Track

EITHER = {
    "reason": "Both show what is summed.",
    "options": [
        {"concept": "loops", "background": "engineer"},
        {"concept": "sums", "background": "mathematician"},
    ],
}
BIG = {"task": "Write an agent.", "check": "It reaches 100.", "minutes": 90, "substantial": True}


@pytest.fixture
def graph() -> ConceptGraph:
    """``goal`` (formalism 3) rests on ``return``, which can be reached from two sides."""
    return graph_of(
        concept("vectors", area="mathematics", formalism=1),
        concept("sums", ["vectors"], area="mathematics", formalism=1),
        concept("proofs", ["sums"], area="mathematics", formalism=2),
        concept("loops", area="engineering", formalism=0, build=BIG),
        concept("reward", formalism=0),
        concept("return", ["reward"], any_of=[EITHER]),
        concept("value", ["return"], formalism=2, goals=["Say it.", "Compute it.", "Prove it."]),
        concept("goal", prerequisites=[{"concept": "value", "reason": "It sums values.", "goals": [1]}], formalism=3),
        concept("robots", ["return"]),
        concept("chips", ["goal"]),
        tracks=[
            Track("industry", "Industry", "Robots.", ("reward", "robots", "chips")),
            Track("course", "A course", "As taught.", ("value", "robots"), "famous"),
        ],
    )


def learner(**changes: Any) -> LearnerProfile:
    return dataclasses.replace(LearnerProfile(goals=("goal",), maths=1, engineering=1), **changes)


def reads(path: StudyPath) -> list[str]:
    return [step.concept_id for step in path.steps if step.kind == "read"]


def step_of(path: StudyPath, kind: str, concept_id: str) -> Step:
    return next(step for step in path.steps if (step.kind, step.concept_id) == (kind, concept_id))


def test_an_engineer_and_a_mathematician_take_different_ways(graph: ConceptGraph) -> None:
    engineer = plan(graph, learner(engineering=2, maths=1, unknown=frozenset({"loops"})))
    mathematician = plan(graph, learner(engineering=0, maths=1))
    assert set(reads(engineer)) == {"loops", "reward", "return", "value", "goal"}
    assert set(reads(mathematician)) == {"vectors", "sums", "reward", "return", "value", "goal", "loops"}
    assert "the way in for an engineer" in step_of(engineer, "read", "loops").because
    assert "the way in for a mathematician" in step_of(mathematician, "read", "sums").because


def test_a_known_alternative_is_enough(graph: ConceptGraph) -> None:
    path = plan(graph, learner(maths=1, engineering=0, known=frozenset({"loops"})))
    assert set(reads(path)) == {"reward", "return", "value", "goal"}


def test_without_a_side_the_shorter_way_is_taken(graph: ConceptGraph) -> None:
    assert "sums" not in needs_of(graph, learner(), known=()).concept_ids


def test_a_program_of_some_size_is_added_before_a_heavy_paper(graph: ConceptGraph) -> None:
    """The mathematician's way has no substantial build, so the cheapest there is comes in."""
    path = plan(graph, learner(engineering=0, maths=1))
    assert "papers ahead" in step_of(path, "read", "loops").because
    kinds = [(step.kind, step.concept_id) for step in path.steps]
    assert kinds.index(("build", "loops")) < kinds.index(("paper", "goal"))
    paper = step_of(path, "paper", "goal")
    assert "simpler than it looks" in paper.note
    assert "Skip: The appendix." in paper.note
    assert paper.readings[0].level == "formal"


def test_a_known_program_is_built_rather_than_a_new_concept_added(graph: ConceptGraph) -> None:
    path = plan(graph, learner(known=frozenset({"loops"})))
    assert "loops" not in reads(path)
    kinds = [(step.kind, step.concept_id) for step in path.steps]
    assert kinds.index(("build", "loops")) < kinds.index(("paper", "goal"))


def test_each_reading_says_where_why_and_what_to_skip(graph: ConceptGraph) -> None:
    for step in plan(graph, learner()).steps:
        if step.kind in ("read", "paper"):
            assert step.readings
        for item in step.readings:
            assert item.where
            assert item.why
            assert item.skip
            assert item.minutes > 0


def test_formal_texts_are_read_along_by_those_at_ease_with_them(graph: ConceptGraph) -> None:
    plain = step_of(plan(graph, learner(maths=1)), "read", "reward")
    both = step_of(plan(graph, learner(maths=3)), "read", "reward")
    assert {item.level for item in plain.readings} == {"plain", "formal"}
    assert {item.level for item in step_of(plan(graph, learner(maths=0)), "read", "reward").readings} == {"plain"}
    assert {item.level for item in both.readings} == {"plain", "formal"}


def test_only_the_goals_that_are_used_are_asked_for(graph: ConceptGraph) -> None:
    step = step_of(plan(graph, learner()), "read", "value")
    assert step.note == "This much is enough here: Compute it."
    assert step.minutes == 10
    whole = step_of(plan(graph, learner(goals=("goal", "value"))), "read", "value")
    assert whole.note == ""


def test_levels_cover_the_concepts_of_their_area(graph: ConceptGraph) -> None:
    assert taken_for_known(graph, learner(maths=2)) == {"vectors", "sums"}
    assert taken_for_known(graph, learner(maths=3)) == {"vectors", "sums", "proofs"}
    assert taken_for_known(graph, learner(maths=3, unknown=frozenset({"sums"}))) == {"vectors", "proofs"}
    assert taken_for_known(graph, learner(maths=3, goals=("proofs",))) == {"vectors", "sums"}
    assert taken_for_known(graph, learner(engineering=2)) == {"loops"}
    assert plan(graph, learner(maths=2)).profile.known == {"vectors", "sums"}, "the list is shown, to be edited"


def test_what_is_known_roughly_is_checked_before_its_use_and_not_taught(graph: ConceptGraph) -> None:
    path = plan(graph, learner(known_roughly=frozenset({"return"})))
    assert "return" not in reads(path)
    assert "reward" not in reads(path)
    order = [(step.kind, step.concept_id) for step in path.steps]
    assert order.index(("check", "return")) < order.index(("read", "value"))


def test_goals_may_be_concepts_tracks_and_sources(graph: ConceptGraph) -> None:
    assert goal_concepts(graph, ["industry"]) == ("reward", "robots", "chips")
    rare = {"source:rare": SourceGoal("rare", "A rare paper", ("value",))}
    assert goal_concepts(graph, ["source:rare", "reward"], rare) == ("value", "reward")
    with pytest.raises(UnknownNameError, match=r"named 'source:raer'. Did you mean source:rare"):
        plan(graph, learner(goals=("source:raer",)), sources=rare)


def test_a_paper_as_goal_is_read_last_after_all_that_it_asks_for() -> None:
    cited = [reading("book"), reading("the-paper", "formal", 30)]
    graph = graph_of(
        concept("a", build=BIG), concept("b", ["a"], readings=cited), concept("c", ["b"], readings=cited), concept("d")
    )
    sources = {"source:the-paper": SourceGoal("the-paper", "The paper", ("b", "c"))}
    path = plan(graph, learner(goals=("source:the-paper",)), sources=sources)
    assert set(reads(path)) == {"a", "b", "c"}
    last = path.steps[-1]
    assert (last.kind, last.concept_id) == ("paper", "c")
    assert last.title == "The text you came for: The paper"
    assert {item.source_id for item in last.readings} == {"the-paper"}
    assert "simpler than it looks" in last.note
    assert [step for step in path.steps if step.kind == "paper"] == [last], "it is read once, at the end"
    known = plan(graph, learner(goals=("source:the-paper",), known=frozenset({"b", "c"})), sources=sources)
    assert [(step.kind, step.concept_id) for step in known.steps] == [("paper", "c"), ("build", "c")]


@pytest.mark.parametrize(
    ("where", "parts"),
    [
        ("section 2 'Preliminaries 7'", ("2",)),
        ("sections 4 to 6 and appendix C", ("4", "5", "6", "C")),
        ("sections 3, 5 and 6.1, and appendix A", ("3", "5", "6.1", "A")),
        ("appendix C, 'Solving it', page 13", ("C",)),
        ("section 5 'Algorithm', Algorithm 1 (10 min)", ("5",)),
        ("sections on randomisations", ()),
        ("section 10 and section 9", ("9", "10")),
    ],
)
def test_places_name_their_sections(where: str, parts: tuple[str, ...]) -> None:
    assert sections(where) == parts


def test_a_paper_that_several_concepts_point_to_is_read_once() -> None:
    def place(where: str, minutes: int) -> Reading:
        return Reading("paper", where, "Why.", "Skip it.", "formal", minutes)

    long, early = place("sections 4 to 6 and appendix C", 60), place("sections 2 and 3", 50)
    inside, words = place("section 5.2", 20), place("the algorithm box", 5)
    assert without_overlap([place("appendix C", 25), inside, long, early, words]) == (words, early, long)
    assert without_overlap([inside, place("section 5.1", 10)]) == (place("section 5.1", 10), inside)


def test_a_paper_of_which_the_map_names_no_place_is_read_whole(graph: ConceptGraph) -> None:
    sources = {"source:mine": SourceGoal("mine", "My notes", ("value",))}
    last = plan(graph, learner(goals=("source:mine",)), sources=sources).steps[-1]
    assert [(item.source_id, item.where) for item in last.readings] == [("mine", "all of it")]
    assert last.minutes > 0


def test_what_a_level_lets_expect_is_checked_rather_than_taught() -> None:
    graph = graph_of(
        concept("expectation", area="mathematics"),
        concept("gradient", area="mathematics", formalism=2),
        concept("goal", ["expectation", "gradient"], formalism=2),
    )
    beginner = plan(graph, learner(maths=0))
    assert set(reads(beginner)) == {"expectation", "gradient", "goal"}
    some = plan(graph, learner(maths=1))
    assert set(reads(some)) == {"gradient", "goal"}
    assert step_of(some, "check", "expectation").minutes < 10
    assert some.profile.known_roughly == {"expectation"}
    taught = plan(graph, learner(maths=1, unknown=frozenset({"expectation"})))
    assert "expectation" in reads(taught)
    sure = plan(graph, learner(maths=1, known=frozenset({"expectation"})))
    assert "expectation" not in {step.concept_id for step in sure.steps}


def test_what_levels_let_expect_is_on_the_map(root: Path) -> None:
    real = load_graph(root / "graph")
    named = {concept_id for levels in EXPECTED.values() for ids in levels for concept_id in ids}
    assert named <= real.concepts.keys()


def test_a_step_names_no_more_readings_than_fit_its_time() -> None:
    texts = [
        reading("one", minutes=10),
        reading("two", minutes=25),
        reading("three", minutes=15),
        reading("hard", "formal", 20),
    ]
    graph = graph_of(concept("goal", readings=texts, minutes=30, formalism=0))
    step = step_of(plan(graph, learner(maths=0)), "read", "goal")
    assert [item.source_id for item in step.readings] == ["one", "three"]
    assert step.minutes == 30
    keen = step_of(plan(graph, learner(maths=3, engineering=0)), "read", "goal")
    assert [item.source_id for item in keen.readings] == ["one", "three", "hard"]
    assert keen.minutes == 45


def test_a_part_of_a_concept_names_no_more_readings_than_fit_its_share_of_the_time() -> None:
    part = [{"concept": "agent", "reason": "Its loop.", "goals": [0]}]
    texts = [reading("first", minutes=8), reading("second", minutes=12), reading("hard", "formal", 20)]
    graph = graph_of(concept("agent", readings=texts, minutes=30, formalism=0), concept("goal", prerequisites=part))
    for profile in (learner(maths=0), learner(maths=3, engineering=0, taste=1.0)):
        step = step_of(plan(graph, profile), "read", "agent")
        assert [item.source_id for item in step.readings] == ["first"]
        assert step.minutes == 15


def test_a_paper_says_what_to_skip_and_not_that_there_is_nothing() -> None:
    short = reading("short", "formal") | {"skip": "Nothing; it is short."}
    long = reading("long", "formal") | {"skip": "Skip the proofs."}
    graph = graph_of(concept("goal", formalism=2, readings=[reading("plain"), short, long]))
    note = step_of(plan(graph, learner()), "paper", "goal").note
    assert "Skip the proofs." in note
    assert "Skip nothing" not in note


def test_papers_of_milestones_are_read_in_the_area_of_a_goal_only() -> None:
    near = concept("near", formalism=2, build=BIG, area="core-rl")
    far = concept("far", formalism=2, build=BIG, area="mathematics")
    graph = graph_of(near, far, concept("goal", ["near", "far"], formalism=2))
    papers = [step.concept_id for step in plan(graph, learner()).steps if step.kind == "paper"]
    assert set(papers) == {"near", "goal"}
    theory = plan(graph, learner(taste=1.0))
    assert {step.concept_id for step in theory.steps if step.kind == "paper"} == {"near", "far", "goal"}


def test_a_concept_of_which_a_part_is_enough_asks_for_no_large_build() -> None:
    part = [{"concept": "agent", "reason": "Its loop.", "goals": [0]}]
    graph = graph_of(
        concept("first"),
        concept("agent", ["first"], build=BIG, demo_id="agent"),
        concept("goal", prerequisites=part, demo_id="goal"),
    )
    kinds = [(step.kind, step.concept_id) for step in plan(graph, learner()).steps]
    assert ("build", "agent") not in kinds
    assert ("build", "goal") in kinds


def test_what_most_rests_on_comes_first(graph: ConceptGraph) -> None:
    wide = graph_of(
        concept("aside"), concept("root"), concept("x", ["root"]), concept("y", ["x"]), concept("goal", ["aside", "y"])
    )
    assert reads(plan(wide, learner()))[0] == "root"


def test_a_track_is_learned_in_its_own_order() -> None:
    track = Track("ending", "Ending", "An ending.", ("z", "m", "a"))
    graph = graph_of(concept("root"), *(concept(name, ["root"]) for name in ("a", "m", "z")), tracks=[track])
    assert reads(plan(graph, learner(goals=("ending",)))) == ["root", "z", "m", "a"]


def test_a_known_goal_needs_no_step(graph: ConceptGraph) -> None:
    path = plan(graph, learner(known=frozenset({"goal"})))
    assert path.steps == ()
    assert path.total_minutes == 0


def test_the_end_branches_into_what_is_ready(graph: ConceptGraph) -> None:
    branches = plan(graph, learner()).branches
    assert [(branch.track_id, branch.concept_ids) for branch in branches] == [("industry", ("robots", "chips"))]
    assert branches[0].because == "1 of its 3 concepts are behind you."
    assert branches[0].minutes == 60


def test_helpful_concepts_come_only_where_they_pay() -> None:
    def helped(name: str) -> Any:
        return concept(name, ["base"], helpful=[{"concept": "picture", "reason": "It shows it."}])

    base, picture = concept("base"), concept("picture", minutes=20)
    once = graph_of(base, picture, helped("a"), concept("goal", ["a"]))
    twice = graph_of(base, picture, helped("a"), helped("b"), concept("goal", ["a", "b"]))
    dear = graph_of(base, concept("picture", minutes=200), helped("a"), helped("b"), concept("goal", ["a", "b"]))
    assert "picture" not in reads(plan(once, learner()))
    assert "picture" not in reads(plan(dear, learner()))
    path = reads(plan(twice, learner()))
    assert path.index("picture") < min(path.index("a"), path.index("b"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"maths": 4}, "level maths is 4"),
        ({"engineering": -1}, "level engineering is -1"),
        ({"hours_per_week": 0.0}, "hours_per_week is 0.0"),
        ({"hours_per_week": float("nan")}, "hours_per_week is nan"),
        ({"taste": 2.0}, "taste is 2.0"),
        ({"goals": ()}, "no goal"),
        ({"known": frozenset({"retrun"})}, "Did you mean return"),
    ],
)
def test_bad_profiles_are_refused_by_field(graph: ConceptGraph, change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        plan(graph, learner(**change))


def test_every_level_is_put_into_words() -> None:
    assert {field.name for field in dataclasses.fields(LearnerProfile)} >= set(LEVELS)
    assert all(len(words) == 4 and all(words) for words in LEVELS.values())


def test_an_alternative_that_another_came_to_stand_for_is_left_out() -> None:
    def either(concept_id: str, first: str, second: str, needs: tuple[str, ...] = ()) -> Concept:
        options = [{"concept": first, "background": "any"}, {"concept": second, "background": "any"}]
        return concept(concept_id, needs=needs, any_of=[{"reason": "Either will do.", "options": options}])

    graph = graph_of(
        concept("short", minutes=10),
        concept("long", minutes=50),
        either("early", "short", "long"),
        either("late", "middle", "never"),
        concept("middle", needs=["long"]),
        concept("never", minutes=5_000),
        concept("goal", needs=["early", "late"]),
    )
    needs = needs_of(graph, LearnerProfile(goals=("goal",)), ())
    reached = {edge.requires_id for edges in needs.requires.values() for edge in edges}
    assert set(needs.concept_ids) == {"goal", *reached}
