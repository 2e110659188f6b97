"""Demos: list them, start one, look at a run, stop it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rlmap.demos import runner
from rlmap.demos.events import encode_event
from rlmap.demos.spec import load_specs
from rlmap.errors import UnknownNameError
from rlmap.settings import Settings
from rlmap.spelling import nearest_names
from rlmap.types import Budget, DemoSpec, Device, Event, Failed, Finished, Metric, Started

__all__ = [
    "RunView",
    "cancel_demo",
    "demo_spec",
    "demo_specs",
    "encode_event",
    "follow_demo",
    "run_view",
    "start_demo",
    "view_of_events",
]

Scalar = bool | int | float | str


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as a page shows it: where it stands, its points so far, how it ended.

    ``arm_failures`` are arms that stopped on their own while the run went on.
    """

    run_id: str
    state: runner.State
    started: Started | None
    points: tuple[Metric, ...]
    arm_failures: tuple[Failed, ...]
    finished: Finished | None
    failed: Failed | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in {"finished", "failed", "cancelled"}


def demo_specs(settings: Settings) -> dict[str, DemoSpec]:
    """Return all demos by id."""
    return load_specs(settings.demos_dir)


def demo_spec(settings: Settings, demo_id: str) -> DemoSpec:
    """Return one demo.

    Raises
    ------
    UnknownNameError
        If there is none of that id; names the nearest ones.
    """
    specs = demo_specs(settings)
    if demo_id not in specs:
        raise UnknownNameError("demo", demo_id, nearest_names(demo_id, list(specs)))
    return specs[demo_id]


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
    return view_of_events(run_id, state, runner.read_events(handle))


def view_of_events(run_id: str, state: runner.State, events: list[Event]) -> RunView:
    """Sort the events of a run into what a page shows."""
    failures = [event for event in events if isinstance(event, Failed)]
    return RunView(
        run_id=run_id,
        state=state,
        started=next((event for event in events if isinstance(event, Started)), None),
        points=tuple(event for event in events if isinstance(event, Metric)),
        arm_failures=tuple(event for event in failures if event.arm is not None),
        finished=next((event for event in events if isinstance(event, Finished)), None),
        failed=next((event for event in failures if event.arm is None), None),
    )
