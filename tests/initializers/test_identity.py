import numpy as np

from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Builder, Graph
from fitcli.initializers.identity import Identity
from fitcli.ops.conv2d import Conv2d


def test_matrices(draw):
    np.testing.assert_array_equal(draw(Identity(), (2, 3)), [[1, 0, 0], [0, 1, 0]])
    np.testing.assert_array_equal(draw(Identity(-2), (3, 2)), [[-2, 0], [0, -2], [0, 0]])


def test_a_convolution_that_changes_nothing(draw):
    for kernel in ((3, 3), (5, 1), (4, 2)):
        g = Builder(2)
        x = g.input("x", (6, 5, 3))
        w = g.param("w", (*kernel, 3, 3), Identity())
        y = g.apply(Conv2d(3, kernel, bias=False), x, params=(w,))
        images = np.random.default_rng(0).standard_normal((2, 6, 5, 3))
        eager = Eager(Graph(tuple(g.nodes), y), {w: draw(Identity(), w.shape)})
        np.testing.assert_allclose(eager.forward({x: images}).value[y], images, rtol=1e-15)
