from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from maps import entry, reading, write_map
from rlmap.errors import GraphError
from rlmap.graph.check import check_graph
from rlmap.graph.load import load_graph
from rlmap.types import Problem

CHAIN = [entry("a"), entry("b", ["a"])]


def problems_of(folder: Path, entries: list[dict[str, Any]], **options: Any) -> list[Problem]:
    return check_graph(write_map(folder, entries), **options)


def only(problems: list[Problem], field: str) -> Problem:
    found = [problem for problem in problems if problem.field == field]
    assert len(found) == 1, problems
    return found[0]


def test_a_map_without_fault_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path, CHAIN, source_ids={"plain-book", "formal-paper"}, demo_ids={"corridor"}) == []


def test_a_cycle_is_printed_as_the_cycle(tmp_path: Path) -> None:
    knot = [entry("c", ["b"]), entry("b", ["a"]), entry("a", ["c"]), entry("d", ["a"])]
    problems = [p for p in problems_of(tmp_path, knot) if p.severity == "error"]
    assert [p.message for p in problems] == ["a cycle: a -> c -> b -> a (each rests on the next)"]
    assert problems[0].file == "concepts/core-rl/a.toml"
    with pytest.raises(GraphError, match="a -> c -> b -> a"):
        load_graph(tmp_path)


def test_each_knot_and_each_self_edge_is_reported(tmp_path: Path) -> None:
    entries = [entry("a", ["b"]), entry("b", ["a"]), entry("c", ["c"]), entry("d", ["e"]), entry("e", ["d"])]
    messages = [p.message for p in problems_of(tmp_path, entries) if "cycle" in p.message]
    assert [m.split(" (")[0] for m in messages] == ["a cycle: a -> b -> a", "a cycle: c -> c", "a cycle: d -> e -> d"]


def test_a_cycle_through_an_alternative_counts(tmp_path: Path) -> None:
    """A learner whose background picks that alternative would have no order."""
    options = [{"concept": "b", "background": "engineer"}, {"concept": "c", "background": "mathematician"}]
    entries = [entry("a", any_of=[{"reason": "Either does.", "options": options}]), entry("b", ["a"]), entry("c")]
    assert "a cycle: a -> b -> a" in problems_of(tmp_path, entries)[0].message


def test_a_dangling_id_comes_with_the_nearest_names(tmp_path: Path) -> None:
    entries = [entry("discount-factor"), entry("return", ["discount-facter"]), entry("value", ["zebra"])]
    problems = problems_of(tmp_path, entries)
    near = next(p for p in problems if "discount-facter" in p.message)
    assert (near.file, near.field) == ("concepts/core-rl/return.toml", "prerequisites[0].concept")
    assert near.fix == "did you mean discount-factor?"
    assert next(p for p in problems if "zebra" in p.message).fix == "write that concept or remove the edge"


def test_an_implied_edge_is_a_warning_unless_a_reason_keeps_it(tmp_path: Path) -> None:
    entries = [*CHAIN, entry("c", ["a", "b"])]
    warning = only(problems_of(tmp_path, entries), "prerequisites[0].concept")
    assert warning.severity == "warning"
    assert warning.message == "a is implied already by b"
    entries[2]["prerequisites"][0]["keep"] = "The second half of a is used directly."
    assert problems_of(tmp_path, entries) == []


def test_an_alternative_implies_nothing(tmp_path: Path) -> None:
    options = [{"concept": "a", "background": "engineer"}, {"concept": "d", "background": "mathematician"}]
    either = entry("b", any_of=[{"reason": "Either does.", "options": options}])
    entries = [entry("a"), entry("d"), either, entry("c", ["a", "b"])]
    assert problems_of(tmp_path, entries) == []


def test_help_against_the_direction_of_the_map_is_refused(tmp_path: Path) -> None:
    entries = [entry("a", helpful=[{"concept": "b", "reason": "It may help."}]), entry("b", ["a"])]
    problem = only(problems_of(tmp_path, entries), "prerequisites")
    assert problem.message == "a cycle: a -> b -> a (each rests on the next)"
    assert problem.fix == "remove a helpful edge, or turn it round"


def test_goals_that_do_not_exist_are_named(tmp_path: Path) -> None:
    entries = [entry("a"), entry("b", prerequisites=[{"concept": "a", "reason": "Because.", "goals": [0, 2]}])]
    assert "no goal 2" in only(problems_of(tmp_path, entries), "prerequisites[0].goals").message


def test_files_in_the_wrong_place_and_ids_used_twice_are_refused(tmp_path: Path) -> None:
    write_map(tmp_path, [entry("a")], areas=("core-rl", "practice"))
    (tmp_path / "concepts" / "practice").mkdir()
    text = (tmp_path / "concepts" / "core-rl" / "a.toml").read_text(encoding="utf-8")
    (tmp_path / "concepts" / "practice" / "other.toml").write_text(text, encoding="utf-8")
    messages = [p.message for p in check_graph(tmp_path) if p.file.endswith("other.toml")]
    assert "a is already the id of concepts/core-rl/a.toml" in messages
    assert "the id a is not the file's name" in messages
    assert "the area core-rl is not the folder" in messages


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"summary": "word " * 81}, "summary"),
        ({"summary": "It equals $x$ always."}, "summary"),
        ({"summary": "The return G_t is a sum."}, "summary"),
        ({"summary": r"Take \gamma near one."}, "summary"),
        ({"goals": ["One only."]}, "goals"),
        ({"build": None}, "build"),
        ({"readings": [reading("s"), reading("t")]}, "readings"),
        ({"pinned": ["s/p"], "rejected": ["s/p"]}, "pinned"),
    ],
)
def test_what_a_learner_would_miss_is_an_error(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    data = {key: value for key, value in entry("b", ["a"], **change).items() if value is not None}
    problem = only(problems_of(tmp_path, [entry("a"), data]), field)
    assert problem.severity == "error"
    assert problem.fix


def test_a_concept_may_wait_for_its_demo(tmp_path: Path) -> None:
    data = {key: value for key, value in entry("b", ["a"], demo_id=None).items() if value is not None}
    assert only(problems_of(tmp_path, [entry("a"), data]), "demo_id").severity == "warning"


def test_plain_numbers_and_dashes_in_a_summary_are_no_formula(tmp_path: Path) -> None:
    text = "An off-policy method; with 4 actions it tries each one 10% of the time (see Q-learning), and/or waits."
    assert problems_of(tmp_path, [entry("a", summary=text), entry("b", ["a"])]) == []


def test_names_that_two_concepts_share_are_refused_for_both(tmp_path: Path) -> None:
    entries = [entry("a", aliases=["Off policy"]), entry("b", ["a"], aliases=["off-policy"])]
    problems = problems_of(tmp_path, entries)
    assert [(p.file[-6:], p.field, p.message) for p in problems] == [
        ("a.toml", "aliases[0]", "'Off policy' also names b"),
        ("b.toml", "aliases[0]", "'off-policy' also names a"),
    ]


def test_unknown_sources_and_demos_are_named(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, CHAIN, source_ids={"plain-books", "formal-paper"}, demo_ids={"bandit"})
    assert {p.field for p in problems} == {"readings[0].source", "checked_against[0].source", "demo_id"}
    assert next(p for p in problems if p.field == "readings[0].source").fix == "did you mean plain-books?"


def test_shapes_that_hinder_a_learner_are_warnings(tmp_path: Path) -> None:
    lonely = entry("lonely")
    steep = entry("steep", ["a"], formalism=3)
    track = {"id": "t", "title": "T", "kind": "spine", "summary": "All.", "concepts": ["steep"]}
    problems = check_graph(write_map(tmp_path, [entry("a"), steep, lonely, entry("b", ["a"])], tracks=[track]))
    assert {(p.file.rsplit("/", 1)[1], p.message, p.severity) for p in problems} == {
        ("lonely.toml", "no edge joins it to the map", "warning"),
        ("lonely.toml", "no track leads to it", "warning"),
        ("b.toml", "no track leads to it", "warning"),
        ("steep.toml", "3, but what it needs reaches only 1", "warning"),
    }


def test_a_hard_concept_on_which_much_stands_is_a_bottleneck(tmp_path: Path) -> None:
    entries = [entry("a", formalism=2), entry("z"), entry("neck", ["a", "z"], formalism=3)]
    entries += [entry(f"c{i}", ["neck"], formalism=3) for i in range(4)]
    messages = [p.message for p in problems_of(tmp_path, entries)]
    assert "a bottleneck: 4 of 7 concepts stand on it and it needs proofs" in messages
    assert sum("bottleneck" in message for message in messages) == 1


def test_a_track_may_name_only_concepts_that_exist(tmp_path: Path) -> None:
    track = {"id": "a", "title": "T", "kind": "ending", "summary": "All.", "concepts": ["a", "a", "bb"]}
    problems = check_graph(write_map(tmp_path, CHAIN, tracks=[track]))
    assert {p.message for p in problems if p.file == "tracks.toml"} == {
        "a is also the id of a concept",
        "a is listed twice",
        "there is no concept bb",
    }


def test_a_concept_without_mistakes_or_a_second_source_is_named(tmp_path: Path) -> None:
    alone = [{"source": "plain-book", "where": "section 1"}, {"source": "plain-book", "where": "section 2"}]
    folder = write_map(tmp_path, [entry("a", mistakes=[], checked_against=alone), entry("b", ["a"])])
    found = {problem.field: problem.severity for problem in check_graph(folder)}
    assert found == {"mistakes": "error", "checked_against": "warning"}
