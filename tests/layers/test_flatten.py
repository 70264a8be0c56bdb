import numpy as np

from fitcli.layers.flatten import Flatten


def test_the_same_numbers_in_the_order_of_memory(build):
    built = build(Flatten(), (3, 5, 4))
    x = np.arange(120.0).reshape(2, 3, 5, 4)
    assert built.shape == (60,) and built.params == {}
    np.testing.assert_array_equal(built(x), x.reshape(2, 60))


def test_a_vector_stays_as_it_is(build):
    assert build(Flatten(), (7,)).shape == (7,)
