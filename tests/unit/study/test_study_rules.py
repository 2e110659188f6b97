from __future__ import annotations

from maps import concept, graph_of
from rlmap.study.needs import Needs
from rlmap.study.rules import build_before_papers, build_early, climb_by_levels
from rlmap.study.steps import build_step, check_step, paper_step, read_step
from rlmap.types import LearnerProfile, Step

BIG = {"task": "Write an agent.", "check": "It reaches 100.", "minutes": 90, "substantial": True}
SMALL = {"task": "Write a sum.", "check": "It is 3.", "minutes": 10, "substantial": False}
GRAPH = graph_of(
    concept("hard", formalism=3, build=SMALL),
    concept("harder", formalism=3, build=SMALL),
    concept("agent", formalism=2, build=BIG),
    concept("big", formalism=1, build={**BIG, "minutes": 300}),
    concept("plain", formalism=0, build=SMALL),
    concept("some", formalism=1, build=SMALL),
)
NOTHING = Needs((), (), {}, {}, {})


def read(concept_id: str) -> Step:
    return read_step(NOTHING, LearnerProfile(goals=()), GRAPH.concepts[concept_id], "Because.", paper=False)


def build(concept_id: str) -> Step:
    return build_step(GRAPH.concepts[concept_id])


def paper(concept_id: str) -> Step:
    return paper_step(GRAPH.concepts[concept_id], [])


def names(steps: list[Step]) -> list[tuple[str, str]]:
    return [(step.kind, step.concept_id) for step in steps]


def test_only_papers_that_come_too_early_wait() -> None:
    steps = [read("hard"), paper("hard"), read("agent"), build("agent"), read("harder"), paper("harder")]
    assert names(build_before_papers(GRAPH, steps, ())) == [
        ("read", "hard"),
        ("read", "agent"),
        ("build", "agent"),
        ("paper", "hard"),
        ("read", "harder"),
        ("paper", "harder"),
    ]
    in_order = [build("agent"), paper("hard")]
    assert build_before_papers(GRAPH, in_order, ()) == in_order


def test_a_path_without_a_program_borrows_the_shortest_that_is_known() -> None:
    steps = [read("hard"), paper("hard")]
    assert names(build_before_papers(GRAPH, steps, {"big", "agent"})) == [
        ("read", "hard"),
        ("build", "agent"),
        ("paper", "hard"),
    ]
    lighter = [read("agent"), paper("agent")]
    assert build_before_papers(GRAPH, lighter, {"big"}) == lighter, "papers of formalism 2 need not wait"


def test_an_early_build_is_moved_up_or_added_once() -> None:
    late = [read("plain"), check_step(GRAPH.concepts["plain"], "Because."), read("some"), build("plain"), build("some")]
    assert names(build_early(GRAPH, late)) == [
        ("read", "plain"),
        ("build", "plain"),
        ("check", "plain"),
        ("read", "some"),
        ("build", "some"),
    ]
    early = [read("plain"), read("some"), build("some")]
    assert build_early(GRAPH, early) == early


def test_a_steep_step_is_preceded_by_the_stairs_that_were_climbed_before() -> None:
    steps = [read("plain"), read("hard")]
    assert names(climb_by_levels(GRAPH, steps, {"some", "agent"}, 0)) == [
        ("read", "plain"),
        ("check", "some"),
        ("check", "agent"),
        ("read", "hard"),
    ]
    assert climb_by_levels(GRAPH, steps, {"some", "agent"}, 3) == steps, "a learner who is above it needs no stairs"
    assert names(climb_by_levels(GRAPH, steps, {"some", "agent"}, 2)) == [
        ("read", "plain"),
        ("check", "agent"),
        ("read", "hard"),
    ]
