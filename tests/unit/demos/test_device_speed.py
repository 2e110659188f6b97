"""What is timed is a copy, or a forward pass, of the chunk that was given."""

import pytest
import torch

from rlmap.demos.learners.device_speed import Settings, make_task
from rlmap.errors import DemoError


def test_a_copy_is_equal_and_lies_elsewhere():
    chunk = torch.randn(3, 5)
    copied = make_task(Settings(task="copy"), "cpu")(chunk)
    assert torch.equal(copied, chunk)
    assert copied.data_ptr() != chunk.data_ptr()


def test_the_size_of_chunks_does_not_change_the_outputs():
    torch.manual_seed(0)
    forward = make_task(Settings(inputs=5), "cpu")
    rows = torch.randn(6, 5)
    one_by_one = torch.cat([forward(row) for row in rows.split(1)])
    torch.testing.assert_close(one_by_one, forward(rows))


def test_an_unknown_task_is_named():
    with pytest.raises(DemoError, match="'fly'"):
        make_task(Settings(task="fly"), "cpu")
