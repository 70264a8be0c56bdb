"""PyTorch's forward and gradients at random settings: to 1e-5 in float32 and 1e-10 in float64, the corners included.

Strides above the kernel, dilation with a border, windows as large as the image (one-pixel outputs), ties, batches of one.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from fitcli.ops.add import Add
from fitcli.ops.avgpool import AvgPool
from fitcli.ops.batchnorm import BatchNorm
from fitcli.ops.conv2d import Conv2d
from fitcli.ops.depthwise2d import Depthwise2d
from fitcli.ops.flatten import Flatten
from fitcli.ops.globalavgpool import GlobalAvgPool
from fitcli.ops.groupnorm import GroupNorm
from fitcli.ops.layernorm import LayerNorm
from fitcli.ops.maxpool import MaxPool
from fitcli.ops.mean_squared_error import MeanSquaredError
from fitcli.ops.multiply import Multiply
from fitcli.ops.relu import ReLU
from fitcli.ops.reshape import Reshape
from fitcli.ops.sigmoid import Sigmoid
from fitcli.ops.softmax_cross_entropy import SoftmaxCrossEntropy
from fitcli.ops.tanh import Tanh

torch = pytest.importorskip("torch")

random = settings(max_examples=25, deadline=None, derandomize=True)
pairs = lambda low, high: st.tuples(st.integers(low, high), st.integers(low, high))  # noqa: E731
images = st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 9), st.integers(1, 5))


def fits(op, shape):
    spans = [(k - 1) * d + 1 for k, d in zip(op.kernel, op.dilation, strict=True)]
    assume(all(n + 2 * p >= span for n, p, span in zip(shape[1:3], op.padding, spans, strict=True)))


@random
@given(shape=images, kernel=pairs(1, 4), stride=pairs(1, 5), padding=pairs(0, 3), dilation=pairs(1, 3),
       filters=st.integers(1, 7), bias=st.booleans())  # fmt: skip
@example(shape=(2, 7, 9, 3), kernel=(2, 2), stride=(5, 3), padding=(0, 0), dilation=(1, 1), filters=4, bias=True)
@example(shape=(2, 7, 5, 3), kernel=(3, 3), stride=(2, 1), padding=(3, 2), dilation=(3, 2), filters=4, bias=True)
@example(shape=(1, 4, 3, 2), kernel=(4, 3), stride=(1, 1), padding=(0, 0), dilation=(1, 1), filters=5, bias=False)
@example(shape=(1, 1, 1, 1), kernel=(1, 1), stride=(1, 1), padding=(0, 0), dilation=(1, 1), filters=1, bias=True)
@example(shape=(2, 9, 9, 5), kernel=(3, 3), stride=(1, 1), padding=(1, 1), dilation=(1, 1), filters=7, bias=True)
def test_convolutions(shape, kernel, stride, padding, dilation, filters, bias, at, normal, like_torch):
    op = Conv2d(filters, kernel, stride, padding, dilation, bias)
    fits(op, shape)
    x, w, b = normal(1, shape, (*kernel, shape[3], filters), (filters,))

    def theirs(F, x, w, b=None):
        return F.conv2d(x, w.permute(3, 2, 0, 1), b, stride, padding, dilation)

    like_torch(at(op, [x], [w, b] if bias else [w]), theirs)


@random
@given(shape=images, kernel=pairs(1, 5), dilation=pairs(1, 2), filters=st.integers(1, 4))
def test_convolutions_of_the_same_size(shape, kernel, dilation, filters, at, normal, like_torch):
    """With an even kernel the border is one pixel wider behind the image, there too."""
    x, w = normal(2, shape, (*kernel, shape[3], filters))
    like_torch(
        at(Conv2d(filters, kernel, dilation=dilation, bias=False), [x], [w]),
        lambda F, x, w: F.conv2d(x, w.permute(3, 2, 0, 1), None, 1, "same", dilation),
    )


@random
@given(shape=images, kernel=pairs(1, 4), stride=pairs(1, 5), padding=pairs(0, 3), dilation=pairs(1, 3))
@example(shape=(2, 7, 9, 3), kernel=(2, 2), stride=(5, 3), padding=(0, 0), dilation=(1, 1))
@example(shape=(2, 7, 5, 3), kernel=(3, 3), stride=(2, 1), padding=(3, 2), dilation=(3, 2))
def test_depthwise_convolutions(shape, kernel, stride, padding, dilation, at, normal, like_torch):
    op = Depthwise2d(kernel, stride, padding, dilation)
    fits(op, shape)
    c = shape[3]
    x, w, b = normal(3, shape, (*kernel, c), (c,))

    def theirs(F, x, w, b):
        return F.conv2d(x, w.permute(2, 0, 1)[:, None], b, stride, padding, dilation, c)

    like_torch(at(op, [x], [w, b]), theirs)


@random
@given(shape=images, size=pairs(1, 4), stride=pairs(1, 5), share=pairs(0, 2), ceil_mode=st.booleans(), ties=st.booleans(),
       inside=st.booleans())  # fmt: skip
@example(shape=(2, 5, 5, 3), size=(5, 5), stride=(1, 1), share=(0, 0), ceil_mode=False, ties=True, inside=True)
@example(shape=(2, 7, 5, 3), size=(2, 2), stride=(5, 3), share=(1, 1), ceil_mode=True, ties=True, inside=False)
def test_pools(shape, size, stride, share, ceil_mode, ties, inside, at, normal, like_torch):
    padding = tuple(min(s, k // 2) for s, k in zip(share, size, strict=True))
    assume(all(n + 2 * p >= k for n, p, k in zip(shape[1:3], padding, size, strict=True)))
    x = normal(4, shape)
    x = np.round(x) if ties else x
    like_torch(
        at(MaxPool(size, stride, padding, ceil_mode), [x]),
        lambda F, x: F.max_pool2d(x, size, stride, padding, ceil_mode=ceil_mode),
    )
    like_torch(
        at(AvgPool(size, stride, padding, inside, ceil_mode), [x]),
        lambda F, x: F.avg_pool2d(x, size, stride, padding, ceil_mode, inside),
    )


@random
@given(shape=images, momentum=st.sampled_from([0.1, 1.0]), eps=st.sampled_from([1e-5, 0.1]))
@example(shape=(1, 1, 2, 3), momentum=0.1, eps=1e-5)
def test_batch_normalisation(shape, momentum, eps, at, normal, like_torch):
    """Values, gradients, the running statistics after one batch, and what evaluation makes of them."""
    assume(np.prod(shape[:3]) > 1)  # of one number there is no variance, which PyTorch refuses
    c = shape[3]
    x, gamma, beta, mean = normal(5, shape, (c,), (c,), (c,))
    var = 0.5 + np.abs(mean)
    op = BatchNorm(momentum, eps)
    point = at(op, [3 * x + 1], [gamma, beta], [mean, var])

    def theirs(F, x, gamma, beta, train=True, state=None):
        state = state or [torch.tensor(mean, dtype=x.dtype), torch.tensor(var, dtype=x.dtype)]
        return F.batch_norm(x, *state, gamma, beta, train, momentum, eps)

    if np.prod(shape[:3]) > 3:  # two numbers become ±1 whatever they are, and their gradients nearly 0 / 0
        like_torch(point, theirs)
    state = [torch.tensor(mean), torch.tensor(var)]
    numbers = [torch.tensor(a) for a in (gamma, beta)]
    theirs(torch.nn.functional, torch.tensor(point.xs[0]).permute(0, 3, 1, 2), *numbers, True, state)
    for found, wanted in zip(point.in_pieces([shape[0]])[3], state, strict=True):
        np.testing.assert_allclose(found, wanted.numpy(), rtol=1e-10, atol=1e-12)
    for n in {1, shape[0]}:  # a batch of one too: statistics are those of training
        tested = at(op, [point.xs[0][:n]], [gamma, beta], [mean, var], train=False)
        wanted = theirs(torch.nn.functional, torch.tensor(tested.xs[0]).permute(0, 3, 1, 2), *numbers, False)
        np.testing.assert_allclose(tested.y, wanted.permute(0, 2, 3, 1).numpy(), rtol=1e-10, atol=1e-10)


def test_one_vector_evaluated_alone(at, normal):
    x, gamma, beta, mean = normal(6, (1, 4), (4,), (4,), (4,))
    var = 0.5 + np.abs(mean)
    point = at(BatchNorm(), [x], [gamma, beta], [mean, var], train=False)
    wanted = torch.nn.functional.batch_norm(*map(torch.tensor, (x, mean, var, gamma, beta)))
    np.testing.assert_allclose(point.y, wanted.numpy(), rtol=1e-12)


@random
@given(n=st.integers(1, 3), tokens=st.integers(1, 6), features=st.integers(2, 9))
def test_layer_normalisation_of_tokens(n, tokens, features, at, normal, like_torch):
    x, gamma, beta = normal(7, (n, tokens, features), (features,), (features,))
    like_torch(
        at(LayerNorm(), [2 * x + 1], [gamma, beta]),
        lambda F, x, gamma, beta: F.layer_norm(x, (features,), gamma, beta),
    )


@random
@given(n=st.integers(1, 3), h=st.integers(1, 5), w=st.integers(2, 5), groups=st.integers(1, 3), each=st.integers(1, 3))
def test_group_normalisation(n, h, w, groups, each, at, normal, like_torch):
    c = groups * each
    x, gamma, beta = normal(8, (n, h, w, c), (c,), (c,))
    like_torch(
        at(GroupNorm(groups=groups), [2 * x + 1], [gamma, beta]),
        lambda F, x, gamma, beta: F.group_norm(x, groups, gamma, beta),
    )


@pytest.mark.parametrize(
    ("op", "theirs"),
    [
        (ReLU(), lambda F, x: x.relu()),
        (Tanh(), lambda F, x: x.tanh()),
        (Sigmoid(), lambda F, x: x.sigmoid()),
        (GlobalAvgPool(), lambda F, x: x.mean((2, 3))),
        (Add(), lambda F, a, b: a + b),
        (Multiply(), lambda F, a, b: a * b),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_plain_ones(op, theirs, at, grid, normal, like_torch):
    inputs = [grid, normal(9, grid.shape)] if op.name in ("add", "multiply") else [grid]
    like_torch(at(op, inputs), theirs)


@pytest.mark.parametrize("op", [Flatten(), Reshape((6, -1))])
def test_views_keep_the_order_of_memory(op, at, normal, like_torch):
    """PyTorch sees images with their channels first: turned back, and flattened there, they are the same numbers."""
    shape = (2, 3, 4, 5)
    like_torch(at(op, [normal(9, shape)]), lambda F, x: x.permute(0, 2, 3, 1).reshape(2, *op.shape(shape[1:])))


@random
@given(n=st.integers(1, 5), classes=st.integers(1, 9), code=st.sampled_from(["f4", "f8"]))
def test_losses_of_labels(n, classes, code, at, normal):
    labels = np.arange(n) * 5 % classes
    x, y_bar = (a.astype(code) for a in normal(n, (n, classes), (n,)))
    hot = torch.tensor(np.eye(classes, dtype=code)[labels])
    functions = {
        SoftmaxCrossEntropy(): lambda z: torch.nn.functional.cross_entropy(z, torch.tensor(labels), reduction="none"),
        MeanSquaredError(): lambda z: torch.nn.functional.mse_loss(z, hot, reduction="none").mean(1),
    }
    for op, theirs in functions.items():
        z = torch.tensor(3 * x, requires_grad=True)
        y = theirs(z)
        y.backward(torch.tensor(y_bar))
        point = at(op, [3 * x], labels=labels, dtype=code)
        limit = {"rtol": 0, "atol": 1e-5 if code == "f4" else 1e-10}
        np.testing.assert_allclose(point.y, y.detach().numpy(), **limit)
        np.testing.assert_allclose(point.pull(y_bar)[0][0], z.grad.numpy(), **limit)
