"""The paths of two learners through the real map, as a reader of this repository can see them.

After a deliberate change of the map or of the planner, run with ``RLMAP_WRITE_GOLDEN=1`` and read
the difference before committing it.
"""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path

import pytest

from rlmap.graph.load import load_graph
from rlmap.study.plan import plan
from rlmap.types import ConceptGraph, LearnerProfile, StudyPath

LEARNERS = {
    "engineer": LearnerProfile(goals=("ppo",), maths=1, engineering=3, deep_learning=1),
    "mathematician": LearnerProfile(goals=("ppo",), maths=3, engineering=1, deep_learning=1),
}


@pytest.fixture(scope="module")
def graph(root: Path) -> ConceptGraph:
    return load_graph(root / "graph")


def outline(graph: ConceptGraph, path: StudyPath) -> str:
    """Stages, and in them what is done for each concept, in order."""
    lines = []
    for number, stage in enumerate(path.stages, start=1):
        lines.append(f"Stage {number}: {stage.title}")
        steps = path.steps[stage.first : stage.last + 1]
        for concept_id, group in groupby(steps, key=lambda step: step.concept_id):
            kinds = ", ".join(step.kind for step in group)
            lines.append(f"  {graph.concepts[concept_id].formalism}  {concept_id}: {kinds}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("learner", sorted(LEARNERS))
def test_the_path_to_ppo_is_the_one_that_was_read_and_kept(learner: str, graph: ConceptGraph, root: Path) -> None:
    golden = root / "tests" / "golden" / f"path_ppo_{learner}.txt"
    found = outline(graph, plan(graph, LEARNERS[learner]))
    if os.environ.get("RLMAP_WRITE_GOLDEN"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_the_two_learners_read_visibly_different_things(graph: ConceptGraph) -> None:
    read = {
        learner: {step.concept_id for step in plan(graph, profile).steps if step.kind == "read"}
        for learner, profile in LEARNERS.items()
    }
    only_engineer = read["engineer"] - read["mathematician"]
    assert {"variance", "chain-rule"} <= only_engineer
    assert "vectorised-code" in read["mathematician"] or "automatic-differentiation" in read["mathematician"]
    assert len(only_engineer) >= 10


def test_every_concept_of_the_map_can_be_reached_without_a_broken_rule(graph: ConceptGraph) -> None:
    for goal in graph.concepts:
        path = plan(graph, LearnerProfile(goals=(goal,), maths=1))
        learned = set(path.profile.known | path.profile.known_roughly)
        substantial = False
        before = 1
        assert any(step.kind == "build" for step in path.steps[:3]), goal
        for step in path.steps:
            concept = graph.concepts[step.concept_id]
            assert concept.id in learned or all(edge.requires_id in learned for edge in concept.prerequisites), goal
            assert concept.formalism <= max(before + 1, 1), (goal, step.concept_id)
            if step.kind == "paper" and concept.formalism == 3:
                assert substantial, goal
            if step.kind == "build" and concept.build is not None:
                substantial |= concept.build.substantial
            assert sum(reading.minutes for reading in step.readings) <= step.minutes, (goal, step.concept_id)
            learned.add(concept.id)
            before = concept.formalism
        assert goal in learned
