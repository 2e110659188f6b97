from __future__ import annotations

from maps import concept, graph_of
from rlmap.study.needs import Needs
from rlmap.study.rules import build_before_papers, build_early, climb_by_levels
from rlmap.study.stages import stages_of
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
    planned = [read("hard"), read("some"), read("plain"), build("some")]
    assert names(build_early(GRAPH, planned)) == [
        ("read", "hard"),
        ("read", "some"),
        ("build", "some"),
        ("read", "plain"),
    ], "what is planned is moved rather than something added"
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


def test_a_stage_ends_with_something_large_built_and_what_belongs_to_it() -> None:
    early = [read("plain"), build("plain"), read("agent"), build("agent"), paper("agent")]
    steps = [*early, read("some"), build("some")]
    first, second = stages_of(GRAPH, steps)
    assert (first.title, first.first, first.last) == ("Agent", 0, 4)
    assert (second.title, second.first, second.last) == ("Some", 5, 6)
    assert first.minutes + second.minutes == sum(step.minutes for step in steps)
    assert stages_of(GRAPH, []) == ()


def test_a_short_stage_joins_the_next_and_a_long_one_ends_with_any_build() -> None:
    short = graph_of(concept("tiny", minutes=10, build={**BIG, "minutes": 20}), concept("next", build=SMALL))
    steps = [
        read_step(NOTHING, LearnerProfile(goals=()), short.concepts["tiny"], "", paper=False),
        build_step(short.concepts["tiny"]),
        build_step(short.concepts["next"]),
    ]
    assert [stage.title for stage in stages_of(short, steps)] == ["Next"]
    long = graph_of(concept("epic", minutes=400, build=SMALL), concept("next", build=SMALL))
    steps = [
        read_step(NOTHING, LearnerProfile(goals=()), long.concepts["epic"], "", paper=False),
        build_step(long.concepts["epic"]),
        build_step(long.concepts["next"]),
    ]
    assert [stage.title for stage in stages_of(long, steps)] == ["Epic", "Next"]
