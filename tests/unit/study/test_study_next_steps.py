from __future__ import annotations

import pytest

from maps import concept, graph_of
from rlmap.errors import UnknownNameError
from rlmap.study.next_steps import changes, one_step_away, ready_now, unlocks_most, what_if_skipped, why_here
from rlmap.study.plan import plan
from rlmap.types import LearnerProfile

EITHER = {
    "reason": "Either way in.",
    "options": [{"concept": "x", "background": "engineer"}, {"concept": "y", "background": "mathematician"}],
}
GRAPH = graph_of(
    concept("a"),
    concept("b", ["a"]),
    concept("c", ["b"]),
    concept("goal", ["c", "side"]),
    concept("side", ["a"]),
    concept("x", minutes=50),
    concept("y", minutes=10),
    concept("either", any_of=[EITHER]),
)
PROFILE = LearnerProfile(goals=("goal",))


def test_ready_is_what_lacks_nothing() -> None:
    assert ready_now(GRAPH, ()) == ("a", "x", "y")
    assert ready_now(GRAPH, {"a", "x"}) == ("b", "either", "side", "y")


def test_near_is_what_lacks_one_ready_thing_and_the_shortest_way_comes_first() -> None:
    near = [(opening.concept_id, opening.missing, opening.minutes) for opening in one_step_away(GRAPH, {"a"})]
    assert near == [("either", "y", 10), ("c", "b", 30)]
    assert "goal" not in {opening.concept_id for opening in one_step_away(GRAPH, {"a"})}
    assert ("goal", "c") in {(o.concept_id, o.missing) for o in one_step_away(GRAPH, {"a", "b", "side"})}


def test_what_unlocks_most_comes_first() -> None:
    assert unlocks_most(GRAPH, ()) == (("a", 4), ("x", 0), ("y", 0))
    assert unlocks_most(GRAPH, {"a"})[:2] == (("b", 2), ("side", 1))


def test_why_here_is_the_shortest_chain_of_reasons_to_the_goal() -> None:
    path = plan(GRAPH, PROFILE)
    assert [(edge.requires_id, edge.concept_id) for edge in why_here(GRAPH, path, "a")] == [
        ("a", "side"),
        ("side", "goal"),
    ]
    assert why_here(GRAPH, path, "b")[0].reason == "c is made of b."
    assert why_here(GRAPH, path, "goal") == ()
    with pytest.raises(UnknownNameError, match="no concept on this path named 'x'"):
        why_here(GRAPH, path, "x")


def test_skipping_shows_all_that_loses_its_ground() -> None:
    path = plan(GRAPH, PROFILE)
    assert {(edge.requires_id, edge.concept_id) for edge in what_if_skipped(GRAPH, path, "b")} == {
        ("b", "c"),
        ("c", "goal"),
    }
    assert what_if_skipped(GRAPH, path, "goal") == ()
    with pytest.raises(UnknownNameError):
        what_if_skipped(GRAPH, path, "y")


def test_skipping_one_of_two_alternatives_breaks_nothing() -> None:
    both = plan(GRAPH, LearnerProfile(goals=("either", "x", "y")))
    assert what_if_skipped(GRAPH, both, "x") == ()
    one = plan(GRAPH, LearnerProfile(goals=("either",), engineering=2, maths=1))
    assert [edge.concept_id for edge in what_if_skipped(GRAPH, one, "x")] == ["either"]


def test_changes_name_what_came_and_went() -> None:
    old = plan(GRAPH, PROFILE)
    new = plan(GRAPH, LearnerProfile(goals=("goal", "y"), known=frozenset({"side"})))
    change = changes(old, new)
    assert (change.added, change.removed) == (("y",), ("side",))
    assert change.minutes == new.total_minutes - old.total_minutes
