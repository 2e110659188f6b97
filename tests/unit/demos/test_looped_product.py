"""All ways of writing a product give the same product."""

import numpy as np
import pytest

from rlmap.demos.learners.looped_product import METHODS


@pytest.mark.parametrize("method", METHODS.values())
def test_every_way_gives_the_product(method):
    matrix, vector = np.array([[1.0, 2.0], [3.0, -4.0]]), np.array([0.5, 2.0])
    np.testing.assert_allclose(method(matrix, vector), [4.5, -6.5])
