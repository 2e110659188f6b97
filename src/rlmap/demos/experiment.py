"""Runs a demo: every arm with every seed, one after the other, and says what came out.

Seeds are the outer loop, so all arms of the first seed appear before the second seed starts and
a run that is stopped half-way is still a comparison.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from rlmap.demos import catalogue, results
from rlmap.demos.device import describe_machine
from rlmap.demos.plan import Plan
from rlmap.demos.trial import Trial
from rlmap.errors import DemoError
from rlmap.types import Arm, Event, Failed, Finished, Metric, Started

Emit = Callable[[Event], None]


def run_plan(plan: Plan, emit: Emit, folder: Path | None = None) -> None:
    """Run all trials of ``plan``; events go to ``emit``.

    An arm that diverges or is misconfigured yields a ``Failed`` with its name, and the rest
    goes on; the run ends with ``Finished`` if any arm has a result.

    Parameters
    ----------
    plan : Plan
        What to run.
    emit : callable
        Called with each event, in order.
    folder : Path or None
        The run's folder; checkpoints and pictures go below it, one folder for each arm and seed.
    """
    began = time.perf_counter()
    emit(
        Started(
            run_id=plan.run_id,
            demo_id=plan.spec.id,
            budget=plan.budget,
            device=plan.device,
            arms=tuple(arm.id for arm in plan.arms),
            seeds=plan.seeds,
            versions=versions(),
            machine=describe_machine(plan.device),
            time_s=time.time(),
        )
    )
    points: list[Metric] = []
    failed: set[str] = set()

    def record(point: Metric) -> None:
        points.append(point)
        emit(point)

    for seed in plan.seeds:
        for arm in plan.arms:
            error = _run_trial(plan, arm, seed, record, folder)
            if error is not None:
                failed.add(arm.id)
                emit(Failed(str(error), arm.id, seed, cancelled=False, time_s=time.perf_counter() - began))
    if len(failed) == len(plan.arms) and not points:
        emit(Failed("No arm of this run gave a result.", None, None, False, time.perf_counter() - began))
        return
    emit(
        Finished(
            results=results.final_values(points, results.parse_statistic(plan.spec.metric)),
            effects=tuple(results.effect_outcome(effect, points) for effect in plan.spec.effects),
            summary=results.summarise(plan.spec, plan.arms, points),
            time_s=time.perf_counter() - began,
            cpu_s=sum(os.times()[:4]),  # this process from its first import on, and its children
        )
    )


def versions() -> dict[str, str]:
    """Return the versions that decide a result."""
    found = {}
    for name in ("rlmap", "numpy", "torch", "pufferlib-core"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def trial_folder(run_folder: Path, arm_id: str, seed: int) -> Path:
    """Return where one arm and seed of a run leaves its checkpoint and its pictures."""
    return run_folder / "checkpoints" / f"{arm_id}-{seed}"


def _run_trial(
    plan: Plan, arm: Arm, seed: int, record: Callable[[Metric], None], folder: Path | None
) -> DemoError | None:
    settings = catalogue.merged_settings(plan.spec, arm)

    def sink(step: int, seconds: float, name: str, value: float) -> None:
        record(Metric(arm.id, seed, step, seconds, name, value))

    own_folder = None
    if folder is not None:
        own_folder = trial_folder(folder, arm.id, seed)
        own_folder.mkdir(parents=True, exist_ok=True)
    try:
        learner = catalogue.load_module("learners", str(settings["learner"]))
        bound = catalogue.bind(learner.Settings, catalogue.learner_settings(settings))
        filmed = seed == plan.seeds[0]  # one film for each arm is enough
        learner.train(Trial(settings, seed, plan.steps, plan.device, sink, own_folder, filmed), bound)
    except DemoError as error:
        return error
    except RuntimeError as error:
        if type(error).__name__ != "OutOfMemoryError":  # PyTorch's, named so that it need not be imported here
            raise
        return DemoError("The GPU ran out of memory: run with --device cpu, or with fewer copies (num_envs).")
    return None
