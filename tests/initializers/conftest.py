import pytest

from fitcli.initializers.base import initial_values


@pytest.fixture
def draw():
    """draw(initializer, shape, …): its values for the parameter "w" under seed 0."""
    return lambda initializer, shape, name="w", seed=0: initial_values(name, shape, initializer, seed)
