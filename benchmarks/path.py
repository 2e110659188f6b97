"""How good and how quick the order of a path is.

    python benchmarks/path.py [--quick]

On every goal of the map that needs at least eight concepts (nothing known), on sets of goals and
on random graphs of 50 to 2,000 nodes: the cost of the order that a plan uses, against the cheapest
order where a search over sets of concepts can be run without dropping anything, else against the
best order found with much wider beams, from both ends, and the bound of CP-SAT. The mean distance
from a prerequisite to its use is compared with first-in-first-out topological order and
depth-first post-order on the same graphs, and with the least that an order made for nothing else
could have. Times exclude imports: the best of five for orders, the median of fifteen for plans.
"""

from __future__ import annotations

import json
import os
import platform
import random
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rlmap.graph.load import load_graph
from rlmap.study.beam import beam_search
from rlmap.study.exact import prove_order
from rlmap.study.moves import mend, move_tables
from rlmap.study.needs import needs_of
from rlmap.study.order import find_order
from rlmap.study.order_cost import OrderProblem, order_cost
from rlmap.study.order_problem import order_problem
from rlmap.study.plan import plan
from rlmap.types import ConceptGraph, LearnerProfile

ROOT = Path(__file__).resolve().parents[1]
RESULT = Path(__file__).parent / "results" / "path.json"
SMALLEST = 8
UNDROPPED = 4_000  # beginnings; a search that needs no more is exact
TIMES_AS_WIDE = 20
WIDEST = 4_000
WIDE_FOR_DISTANCE = 500
GOAL_SETS = (2, 3, 4, 6, 8, 12, 20)  # goals in a set, three sets of each
RANDOM_SIZES = (50, 100, 200, 500, 1_000, 2_000)
CP_SAT_GOALS = 12
CP_SAT_SECONDS = 6.0
RUNS = 5
PLAN_RUNS = 15


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    graph = load_graph(ROOT / "graph")
    goals = map_goals(graph)
    if quick:
        goals = goals[::8]
    rows = [compare(goal, problem) for goal, problem in goals]
    judged = {
        "map": summary(rows),
        "goal_sets": goal_set_summary(graph, 1 if quick else 3),
        "cp_sat": [] if quick else cp_sat_rows(goals),
        "random": [random_row(size) for size in RANDOM_SIZES[: 3 if quick else None]],
        "plans": plan_times(graph),
    }
    print(json.dumps(judged, indent=2))
    if not quick:
        machine = f"{platform.machine()}, Python {platform.python_version()}"
        RESULT.parent.mkdir(exist_ok=True)
        load = round(os.getloadavg()[0], 1)
        content = {"machine": machine, "load_at_the_end": load, **judged, "goals": rows}
        RESULT.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def map_goals(graph: ConceptGraph) -> list[tuple[str, OrderProblem]]:
    """Return the goals that need enough to be worth ordering, smallest first."""
    found = []
    for goal in graph.concepts:
        problem = order_problem(graph, needs_of(graph, LearnerProfile(goals=(goal,)), ()), level=1)
        if len(problem.ids) >= SMALLEST:
            found.append((goal, problem))
    return sorted(found, key=lambda item: (len(item[1].ids), item[0]))


def compare(goal: str, problem: OrderProblem) -> dict[str, object]:
    """Return cost and mean distance of an order and of its rivals, and the optimum where it can be had."""
    order = find_order(problem).order
    cost = order_cost(problem, order).total
    rival, proved = best_order(problem, UNDROPPED)
    best = min(cost, rival)
    return {
        "goal": goal,
        "concepts": len(problem.ids),
        "cost": cost,
        "best_known": best,
        "exact": proved,
        "gap": cost / best - 1,
        "distance": mean_distance(problem, order),
        "distance_least": least_distance(problem),
        "distance_fifo": mean_distance(problem, first_in_first_out(problem)),
        "distance_depth_first": mean_distance(problem, depth_first(problem)),
    }


def best_order(problem: OrderProblem, width: int) -> tuple[float, bool]:
    """Return the least cost that beams of this width find from either end, and whether it is proved."""
    forward = beam_search(problem, width)
    if forward.proved:
        return order_cost(problem, forward.order).total, True
    backward = beam_search(problem, width, backward=True)
    tables, reach = move_tables(problem), len(problem.ids)
    costs = [order_cost(problem, mend(tables, grown.order, reach)).total for grown in (forward, backward)]
    return min(costs), backward.proved


def least_distance(problem: OrderProblem) -> float:
    """Return the least mean distance found for orders that need not care for anything else."""
    nothing = (0,) * len(problem.ids)
    free = replace(problem, areas=nothing, formalism=nothing, builds=(True,) * len(problem.ids))
    orders = [beam_search(free, WIDE_FOR_DISTANCE, backward=backward).order for backward in (False, True)]
    return min(mean_distance(problem, order) for order in orders)


def goal_set_summary(graph: ConceptGraph, seeds: int) -> dict[str, object]:
    """Return the gaps of paths to several goals at once, which have several ends, and to the tracks."""
    rng = random.Random(0)
    sets = [tuple(rng.sample(sorted(graph.concepts), size)) for size in GOAL_SETS for _ in range(seeds)]
    sets += [(track,) for track in sorted(graph.tracks)]
    gaps = []
    for goals in sets:
        needs = needs_of(graph, LearnerProfile(goals=goals), ())
        tracks = [graph.tracks[goal].concept_ids for goal in goals if goal in graph.tracks]
        problem = order_problem(graph, needs, level=1, tracks=tracks)
        cost = order_cost(problem, find_order(problem).order).total
        gaps.append((cost / min(cost, best_order(problem, WIDEST // 2)[0]) - 1, len(problem.ids)))
    return {
        "sets": len(gaps),
        "concepts": [min(size for _, size in gaps), max(size for _, size in gaps)],
        "mean_gap_best_known": round(statistics.fmean(gap for gap, _ in gaps), 4),
        "worst_gap_best_known": round(max(gap for gap, _ in gaps), 4),
        "over_two_percent_best_known": sum(gap > 0.02 for gap, _ in gaps),
    }


def summary(rows: Sequence[dict[str, object]]) -> dict[str, object]:
    """Return what the rows say together."""
    exact = [row for row in rows if row["exact"]]

    def mean(key: str, of: Sequence[dict[str, object]] = rows) -> float:
        return round(statistics.fmean(float(row[key]) for row in of), 4)

    return {
        "goals": len(rows),
        "goals_with_exact_optimum": len(exact),
        "largest_exact": max((row["concepts"] for row in exact), default=0),
        "mean_gap_exact": mean("gap", exact),
        "worst_gap_exact": round(max(float(row["gap"]) for row in exact), 4),
        "over_two_percent_exact": sum(float(row["gap"]) > 0.02 for row in exact),
        "mean_gap_best_known": mean("gap"),
        "worst_gap_best_known": round(max(float(row["gap"]) for row in rows), 4),
        "over_two_percent_best_known": sum(float(row["gap"]) > 0.02 for row in rows),
        "mean_distance": mean("distance"),
        "mean_distance_least": mean("distance_least"),
        "mean_distance_fifo": mean("distance_fifo"),
        "mean_distance_depth_first": mean("distance_depth_first"),
    }


def cp_sat_rows(goals: Sequence[tuple[str, OrderProblem]]) -> list[dict[str, object]]:
    """Return what CP-SAT finds and proves on goals spread over all sizes."""
    step = max(1, len(goals) // CP_SAT_GOALS)
    rows = []
    for goal, problem in goals[::step]:
        cost = order_cost(problem, find_order(problem).order).total
        start = time.perf_counter()
        proof = prove_order(problem, CP_SAT_SECONDS)
        seconds = round(time.perf_counter() - start, 1)
        row = {"goal": goal, "concepts": len(problem.ids), "cost": cost, "cp_sat": proof.cost, "bound": proof.bound}
        rows.append({**row, "seconds": seconds})
    return rows


def random_problem(size: int, seed: int) -> OrderProblem:
    """Return a random graph: each node needs one to three of the thirty before it."""
    rng = random.Random(seed)
    uses = []
    for node in range(size):
        window = range(max(0, node - 30), node)
        uses.append(tuple(sorted(rng.sample(window, min(len(window), rng.choice((1, 1, 2, 2, 3)))))))
    return OrderProblem(
        ids=tuple(f"n{node:05}" for node in range(size)),
        after=tuple(uses),
        uses=tuple(uses),
        areas=tuple(rng.randrange(8) for _ in range(size)),
        formalism=tuple(min(3, node * 4 // size) for node in range(size)),
        builds=(True,) * size,
        level=1,
    )


def random_row(size: int) -> dict[str, object]:
    """Return costs, distances and times on one size of random graph, the mean of three seeds."""
    problems = [random_problem(size, seed) for seed in range(3)]
    orders = [find_order(problem).order for problem in problems]
    width = min(WIDEST, TIMES_AS_WIDE * max(20, int(40 * (200 / size) ** 2)))
    costs = [order_cost(problem, order).total for problem, order in zip(problems, orders, strict=True)]
    rivals = [best_order(problem, width)[0] for problem in problems]
    gaps = [cost / min(cost, rival) - 1 for cost, rival in zip(costs, rivals, strict=True)]
    names: dict[str, Callable[[OrderProblem], Sequence[int]]] = {
        "distance_fifo": first_in_first_out,
        "distance_depth_first": depth_first,
    }
    return {
        "nodes": size,
        "beam_of_rival": width,
        "gap_to_rival": round(statistics.fmean(gaps), 4),
        "worst_gap_to_rival": round(max(gaps), 4),
        "distance": round(statistics.fmean(map(mean_distance, problems, orders)), 3),
        **{
            name: round(statistics.fmean(mean_distance(problem, rival(problem)) for problem in problems), 3)
            for name, rival in names.items()
        },
        "order_ms": best_ms(lambda: find_order(problems[0])),
    }


def plan_times(graph: ConceptGraph) -> dict[str, object]:
    """Return the times of whole plans: a goal of the map, each track, sets of goals, every concept at once."""
    rng = random.Random(0)
    sets = [tuple(rng.sample(sorted(graph.concepts), size)) for size in GOAL_SETS for _ in range(3)]
    goals = {"ppo": ("ppo",), **{track: (track,) for track in sorted(graph.tracks)}}
    goals |= {f"{len(chosen)} goals, set {number}": chosen for number, chosen in enumerate(sets, start=1)}
    goals["whole map"] = tuple(graph.concepts)
    rows = [{"goal": name, **plan_time(graph, LearnerProfile(goals=chosen))} for name, chosen in goals.items()]
    nearest = min(rows, key=lambda row: abs(row["concepts"] - 200))
    up_to_200 = [row for row in rows if row["concepts"] <= 200]
    return {
        "about_200_concepts": nearest,
        "slowest_up_to_200_concepts": max(up_to_200, key=lambda row: row["p50_ms"]),
        "plans": rows,
    }


def plan_time(graph: ConceptGraph, profile: LearnerProfile) -> dict[str, int | float]:
    times = []
    for _ in range(PLAN_RUNS):
        start = time.perf_counter()
        path = plan(graph, profile)
        times.append(1_000 * (time.perf_counter() - start))
    return {
        "concepts": len(needs_of(graph, profile, ()).concept_ids),
        "steps": len(path.steps),
        "best_ms": round(min(times), 1),
        "p50_ms": round(statistics.median(times), 1),
    }


def best_ms(act: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return round(1_000 * min(times), 1)


def mean_distance(problem: OrderProblem, order: Sequence[int]) -> float:
    place = {index: at for at, index in enumerate(order)}
    distances = [place[index] - place[used] for index in order for used in problem.uses[index]]
    return statistics.fmean(distances) if distances else 0.0


def first_in_first_out(problem: OrderProblem) -> list[int]:
    """Return the order of Kahn's algorithm with a queue."""
    followers: list[list[int]] = [[] for _ in problem.ids]
    unmet = [len(needed) for needed in problem.after]
    for index, needed in enumerate(problem.after):
        for required in needed:
            followers[required].append(index)
    queue = deque(index for index, count in enumerate(unmet) if count == 0)
    order = []
    while queue:
        index = queue.popleft()
        order.append(index)
        for follower in followers[index]:
            unmet[follower] -= 1
            if unmet[follower] == 0:
                queue.append(follower)
    return order


def depth_first(problem: OrderProblem) -> list[int]:
    """Return the post-order of a depth-first walk from what nothing needs, back to what it needs."""
    needed_by_others = {required for needed in problem.after for required in needed}
    order: list[int] = []
    seen: set[int] = set()
    for top in (index for index in range(len(problem.ids)) if index not in needed_by_others):
        stack = [(top, False)]
        while stack:
            index, left = stack.pop()
            if left:
                order.append(index)
            elif index not in seen:
                seen.add(index)
                stack.append((index, True))
                stack.extend((required, False) for required in reversed(problem.after[index]) if required not in seen)
    return order


if __name__ == "__main__":
    main()
