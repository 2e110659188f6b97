"""How soon a few questions tell what a learner knows.

    python benchmarks/placement.py [--quick]

Learners are simulated on every goal of the map whose closure holds at least sixty concepts. Each
knows a set of concepts that holds, with each, all that it needs, drawn from one of three stories
(by ability, by study, by use: ``rlmap.study.knowledge``); every answer is wrong with probability
one in ten. After each question, the share of concepts is counted that is judged rightly as known
or unknown. Four ways of choosing the next question are compared on the same learners, with the
same belief: the one that is used (least expected variance), at random, by depth (from what
everything rests on to what rests on everything), and half-split (the concept nearest to even odds).
"""

from __future__ import annotations

import json
import platform
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rlmap.graph.load import load_graph
from rlmap.graph.walk import closure
from rlmap.study.knowledge import KnowledgeSpace, by_ability, by_study, by_use, sample_states, space_of
from rlmap.study.placement import SAMPLES, expected_gains
from rlmap.types import ConceptGraph

ROOT = Path(__file__).resolve().parents[1]
RESULT = Path(__file__).parent / "results" / "placement.json"
SMALLEST = 60
SLIPS = 0.1
QUESTIONS = 15
SEEDS = 5
LEARNERS = 60  # for each seed, a third from each story

STORIES = (by_ability, by_study, by_use)


@dataclass
class Learner:
    """A simulated learner, and what is believed of them."""

    truth: NDArray[np.bool_]
    states: NDArray[np.bool_]
    log_weight: NDArray[np.float64]
    depth: NDArray[np.int64]
    goals_left: NDArray[np.int64]

    def weight(self) -> NDArray[np.float64]:
        weight = np.exp(self.log_weight - self.log_weight.max())
        return weight / weight.sum()

    def known(self) -> NDArray[np.float64]:
        return self.weight() @ self.states

    def answer(self, concept: int, slips: bool) -> None:
        says_yes = bool(self.truth[concept]) != slips
        if_known, if_not = (1 - SLIPS, SLIPS) if says_yes else (SLIPS, 1 - SLIPS)
        self.log_weight = self.log_weight + np.where(self.states[:, concept], np.log(if_known), np.log(if_not))
        self.goals_left[concept] -= 1


def by_variance(learner: Learner, _number: int, _rng: np.random.Generator) -> int:
    gains = expected_gains(learner.states, learner.weight())
    return int(np.argmax(np.where(learner.goals_left > 0, gains, -1)))


def at_random(learner: Learner, _number: int, rng: np.random.Generator) -> int:
    return int(rng.choice(np.flatnonzero(learner.goals_left > 0)))


def by_depth(learner: Learner, number: int, _rng: np.random.Generator) -> int:
    order = np.argsort(learner.depth, kind="stable")
    return int(order[(2 * number + 1) * len(order) // (2 * QUESTIONS)])


def half_split(learner: Learner, _number: int, _rng: np.random.Generator) -> int:
    evenness = np.abs(learner.known() - 0.5)
    return int(np.argmin(np.where(learner.goals_left > 0, evenness, 1)))


WAYS: dict[str, Callable[[Learner, int, np.random.Generator], int]] = {
    "least variance": by_variance,
    "random": at_random,
    "by depth": by_depth,
    "half-split": half_split,
}


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    graph = load_graph(ROOT / "graph")
    closures = [
        ids for ids in (tuple(sorted(closure(graph, [goal]))) for goal in graph.concepts) if len(ids) >= SMALLEST
    ]
    seeds = range(1 if quick else SEEDS)
    learners = 24 if quick else LEARNERS
    right = {name: [run(graph, closures, name, seed, learners) for seed in seeds] for name in WAYS}
    report = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "closures": len(closures),
        "concepts_in_closures": [min(map(len, closures)), max(map(len, closures))],
        "slips": SLIPS,
        "learners": learners * len(seeds),
        "right_after": {name: table(rows) for name, rows in right.items()},
    }
    print(json.dumps(report, indent=2))
    if not quick:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def run(
    graph: ConceptGraph, closures: list[tuple[str, ...]], way: str, seed: int, learners: int
) -> dict[str, list[list[float]]]:
    """Return, for each story, the share judged rightly after 0 to 15 questions, a row for each learner."""
    rng = np.random.default_rng(seed)
    rows: dict[str, list[list[float]]] = {story.__name__: [] for story in STORIES}
    for number in range(learners):
        story = STORIES[number % len(STORIES)]
        ids = closures[np.random.default_rng([seed, number, 2]).integers(len(closures))]
        learner = new_learner(graph, ids, story, np.random.default_rng([seed, number]))
        slips = np.random.default_rng([seed, number, 1]).random(QUESTIONS) < SLIPS
        shares = [share_right(learner)]
        for question in range(QUESTIONS):
            learner.answer(WAYS[way](learner, question, rng), bool(slips[question]))
            shares.append(share_right(learner))
        rows[story.__name__].append(shares)
    return rows


def new_learner(
    graph: ConceptGraph, ids: tuple[str, ...], story: Callable[..., NDArray[np.bool_]], rng: np.random.Generator
) -> Learner:
    space = space_of(graph, ids)
    states = believed_states(space)
    return Learner(
        truth=story(space, 2, rng)[rng.integers(2)],
        states=states,
        log_weight=np.zeros(len(states)),
        depth=np.asarray([len(closure(graph, [concept_id])) for concept_id in ids]),
        goals_left=np.asarray([len(graph.concepts[concept_id].goals) for concept_id in ids]),
    )


@lru_cache(maxsize=64)
def believed_states(space: KnowledgeSpace) -> NDArray[np.bool_]:
    """Return what a placement over a space begins with, the same for every learner."""
    return sample_states(space, SAMPLES, np.random.default_rng(20))


def share_right(learner: Learner) -> float:
    return float(((learner.known() > 0.5) == learner.truth).mean())


def table(rows: list[dict[str, list[list[float]]]]) -> dict[str, object]:
    """Return means over learners after 5, 10 and 15 questions: over all, by story, and the spread over seeds."""
    counts = (0, 5, 10, 15)

    def mean(shares: list[list[float]], count: int) -> float:
        return round(statistics.fmean(row[count] for row in shares), 4)

    whole = [list(chain.from_iterable(by_story.values())) for by_story in rows]
    stories = {story: list(chain.from_iterable(row[story] for row in rows)) for story in rows[0]}
    return {
        "all": {count: mean(list(chain.from_iterable(whole)), count) for count in counts},
        "lowest_seed": {count: min(mean(shares, count) for shares in whole) for count in counts},
        **{story: {count: mean(shares, count) for count in counts} for story, shares in stories.items()},
    }


if __name__ == "__main__":
    main()
