"""Processes change when environments step, not what comes out."""

import numpy as np
import pytest

from rlmap.demos.learners.worker_processes import Settings, make_envs
from rlmap.errors import DemoError


def observations_after(workers, steps=12):
    envs = make_envs(Settings(workers=workers, envs=4, wait_ms=0.0), seed=3)
    try:
        for step in range(steps):
            envs.step(np.array([0, 1, step % 2, 1 - step % 2]))
        return envs.observations.copy()
    finally:
        envs.close()


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_workers_see_what_one_process_sees(workers):
    np.testing.assert_array_equal(observations_after(workers), observations_after(0))


def test_an_uneven_share_is_refused():
    with pytest.raises(DemoError, match="evenly"):
        make_envs(Settings(workers=3, envs=4), seed=0)
