"""Demos: list them, start one, look at a run, stop it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rlmap.demos import runner
from rlmap.demos.curves import Axis, Band, bands
from rlmap.demos.events import encode_event
from rlmap.demos.experiment import trial_folder
from rlmap.demos.plan import Plan
from rlmap.demos.spec import read_specs
from rlmap.demos.trial import PICTURES
from rlmap.errors import DemoError, UnknownNameError
from rlmap.settings import Settings
from rlmap.spelling import nearest_names
from rlmap.types import Arm, Budget, DemoSpec, Device, Event, Failed, Finished, Metric, Problem, Started

__all__ = [
    "QueueItem",
    "RunPicture",
    "RunView",
    "cancel_demo",
    "demo_problems",
    "demo_spec",
    "demo_specs",
    "encode_event",
    "follow_demo",
    "recent_runs",
    "run_pictures",
    "run_queue",
    "run_view",
    "start_demo",
    "view_of_events",
]

Scalar = bool | int | float | str


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as a page shows it: where it stands, its points so far, how it ended.

    ``arms`` are those of the run, so with the reader's own; ``arm_failures`` are arms that stopped on their own while
    the run went on; ``ahead`` is how many runs go first.
    """

    run_id: str
    demo_id: str
    budget: str
    steps: int
    seeds: tuple[int, ...]
    arms: tuple[Arm, ...]
    state: runner.State
    started: Started | None
    points: tuple[Metric, ...]
    arm_failures: tuple[Failed, ...]
    finished: Finished | None
    failed: Failed | None
    ahead: int = 0

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in {"finished", "failed", "cancelled"}

    @property
    def metrics(self) -> list[str]:
        """Return the names of the curves that there are so far."""
        return sorted({point.name for point in self.points})

    def bands(self, metric: str, axis: Axis) -> dict[str, Band]:
        """Return one metric as a band for each arm; while the run goes on, of the seeds that have come so far."""
        return bands(self.points, metric, axis, partial=not self.ended)

    @property
    def share_done(self) -> float:
        """How much of the whole run is done, 0 to 1, by steps."""
        reached: dict[tuple[str, int], int] = {}
        for point in self.points:
            reached[point.arm, point.seed] = min(point.step, self.steps)
        whole = self.steps * len(self.arms) * len(self.seeds)
        return 1.0 if self.ended else min(1.0, sum(reached.values()) / whole)


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A run that is under way or waits for its turn."""

    run_id: str
    demo_id: str
    device: str


@dataclass(frozen=True, slots=True)
class RunPicture:
    """A picture that a run left: what one arm's policy does, or what it knows of each state."""

    arm_label: str
    name: str
    path: Path


def demo_specs(settings: Settings) -> dict[str, DemoSpec]:
    """Return all demos that can be read, by id; :func:`demo_problems` tells what is wrong with the others."""
    return read_specs(settings.demos_dir)[0]


def demo_problems(settings: Settings) -> list[Problem]:
    """Return what is wrong with the files of demos."""
    return read_specs(settings.demos_dir)[1]


def demo_spec(settings: Settings, demo_id: str) -> DemoSpec:
    """Return one demo.

    Raises
    ------
    UnknownNameError
        If there is none of that id; names the nearest ones.
    DemoError
        If there is one and its file is damaged; names every fault.
    """
    specs, problems = read_specs(settings.demos_dir)
    if demo_id in specs:
        return specs[demo_id]
    own = [problem for problem in problems if Path(problem.file).parent.name == demo_id]
    if own:
        listing = "; ".join(f"{problem.field}: {problem.message}" for problem in own)
        raise DemoError(f"The demo {demo_id} cannot be used. {own[0].file}: {listing}.")
    raise UnknownNameError("demo", demo_id, nearest_names(demo_id, list(specs)))


def start_demo(
    settings: Settings,
    demo_id: str,
    *,
    budget: Budget = "quick",
    device: Device = "auto",
    overrides: Mapping[str, Scalar] | None = None,
    detached: bool = True,
) -> str:
    """Start a run in its own process and return its id.

    Raises
    ------
    DemoError
        If PufferLib is missing, the device is not there, or a setting is out of bounds.
    """
    settings.ensure_home()
    spec = demo_spec(settings, demo_id)
    handle = runner.start_run(
        spec, budget=budget, device=device, runs_dir=settings.runs_dir, overrides=overrides, detached=detached
    )
    return handle.run_id


def follow_demo(settings: Settings, run_id: str) -> Iterator[Event]:
    """Yield the events of a run until it is over."""
    return runner.follow(runner.open_run(run_id, settings.runs_dir))


def cancel_demo(settings: Settings, run_id: str) -> None:
    """Stop a run and everything that it started."""
    runner.cancel(runner.open_run(run_id, settings.runs_dir))


def run_view(settings: Settings, run_id: str) -> RunView:
    """Return what is known of a run now."""
    handle = runner.open_run(run_id, settings.runs_dir)
    state = runner.run_state(handle)
    plan = runner.read_plan(handle)
    ahead = sum(other.run_id < run_id for other in runner.queue(settings.runs_dir)) if state == "waiting" else 0
    return view_of_events(handle.run_id, plan, state, runner.read_events(handle), ahead)


def view_of_events(run_id: str, plan: Plan, state: runner.State, events: list[Event], ahead: int = 0) -> RunView:
    """Sort the events of a run into what a page shows."""
    failures = [event for event in events if isinstance(event, Failed)]
    return RunView(
        run_id=run_id,
        demo_id=plan.spec.id,
        budget=plan.budget,
        steps=plan.steps,
        seeds=plan.seeds,
        arms=plan.arms,
        state=state,
        started=next((event for event in events if isinstance(event, Started)), None),
        points=tuple(event for event in events if isinstance(event, Metric)),
        arm_failures=tuple(event for event in failures if event.arm is not None),
        finished=next((event for event in events if isinstance(event, Finished)), None),
        failed=next((event for event in failures if event.arm is None), None),
        ahead=ahead,
    )


def run_queue(settings: Settings) -> list[QueueItem]:
    """Return the runs that are not over, first the one that is running."""
    handles = runner.queue(settings.runs_dir)
    plans = [(handle.run_id, runner.read_plan(handle)) for handle in handles]
    return [QueueItem(run_id, plan.spec.id, plan.device) for run_id, plan in plans]


def recent_runs(settings: Settings, demo_id: str, most: int = 8) -> list[tuple[str, runner.State]]:
    """Return the latest runs of a demo with their states, newest first."""
    own = [run for run in runner.list_runs(settings.runs_dir) if run.run_id.endswith(f"-{demo_id}")]
    mine = [run for run in reversed(own) if runner.read_plan(run).spec.id == demo_id][:most]
    return [(handle.run_id, runner.run_state(handle)) for handle in mine]


def run_pictures(settings: Settings, run_id: str) -> list[RunPicture]:
    """Return the pictures that a run has left so far, in the order of its arms."""
    handle = runner.open_run(run_id, settings.runs_dir)
    plan = runner.read_plan(handle)
    found = [
        RunPicture(arm.label, name, trial_folder(handle.folder, arm.id, plan.seeds[0]) / name)
        for name in PICTURES
        for arm in plan.arms
    ]
    return [picture for picture in found if picture.path.exists()]
