"""The tests' own test: an error planted into a derivative must be noticed by the helper that all the others trust."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from fitcli.ops.batchnorm import BatchNorm
from fitcli.ops.conv2d import Conv2d
from fitcli.ops.dense import Dense
from fitcli.ops.dropout import Dropout
from fitcli.ops.multiply import Multiply
from fitcli.ops.sigmoid import Sigmoid, sigmoid_chain


def planted(op, method, spoil):
    """The op, with one of its maps spoiled after it has run: spoil(the map's outputs)."""

    @dataclass(frozen=True)
    class Planted(type(op)):
        pass

    def spoiled(self, *args):
        yield from getattr(type(op), method)(self, *args) or ()
        spoil(*args)

    setattr(Planted, method, spoiled)
    return Planted(**{name: getattr(op, name) for name in op.__dataclass_fields__})


def points(at, normal):
    x, w, b = normal(0, (3, 5), (5, 4), (4,))
    image, kernel = normal(1, (2, 5, 4, 3), (3, 3, 3, 6))
    return {
        "dense": lambda op: at(op(Dense(4)), [x], [w, b]),
        "clipped": lambda op: at(op(Dense(4, clip=True)), [x], [w, b]),
        "conv": lambda op: at(op(Conv2d(6, (3, 3), bias=False)), [image], [kernel]),
        "batchnorm": lambda op: at(op(BatchNorm()), [image], [np.ones(3), np.zeros(3)], [np.zeros(3), np.ones(3)]),
        "multiply": lambda op: at(op(Multiply()), [x, x + 1]),
    }


def grow(index, factor):
    def spoil(*args):
        args[index][...] *= factor

    return spoil


def grow_one(index):
    """One coordinate of many, a hundredth too large: what a single random direction overlooks at a loose tolerance."""

    def spoil(*args):
        flat = args[index].reshape(-1)
        flat[np.abs(flat).argmax()] *= 1.01

    return spoil


PLANTS = {
    "nothing": None,
    "sign of x_bar": ("vjp", grow(1, -1)),
    "x_bar 1.01 times": ("vjp", grow(1, 1.01)),
    "x_bar dropped": ("vjp", grow(1, 0)),
    "one coordinate of x_bar": ("vjp", grow_one(1)),
    "jvp 1.01 times": ("jvp", grow(0, 1.01)),
    "sign of jvp": ("jvp", grow(0, -1)),
    "jvp dropped": ("jvp", grow(0, 0)),
    "one coordinate of jvp": ("jvp", grow_one(0)),
    "second gradient dropped": ("vjp", grow(2, 0)),
    "second gradient 1.000001 times": ("vjp", grow(2, 1.000001)),
}


@pytest.mark.parametrize("plant", PLANTS)
@pytest.mark.parametrize("name", ["dense", "clipped", "conv", "batchnorm", "multiply"])
def test_planted(name, plant, at, normal, three_witnesses):
    make = points(at, normal)[name]
    if PLANTS[plant] is None:
        three_witnesses(make(lambda op: op))
        return
    with pytest.raises(AssertionError, match="adjoint identity|difference quotient"):
        three_witnesses(make(lambda op: planted(op, *PLANTS[plant])))


def test_a_pair_of_maps_that_agree_with_each_other_alone(at, normal, three_witnesses):
    """Both maps 1.01 times too large fulfil the adjoint identity; the difference quotient gives them away."""

    def chain(z, *rest):
        sigmoid_chain(z, *rest)
        z *= 1.01

    @dataclass(frozen=True)
    class Both(Sigmoid):
        def vjp(self, y_bar, x_bar, y, x, s):
            chain(x_bar, y_bar, y)

        def jvp(self, y_dot, x_dot, y, x, s):
            chain(y_dot, x_dot, y)

    with pytest.raises(AssertionError, match="jvp along x0 against the difference quotient"):
        three_witnesses(at(Both(), [normal(0, (3, 4))]))


def test_a_forgotten_bias(at, normal, three_witnesses):
    """Only the direction of that one weight shows it at full size."""

    def spoil(y_bar, x_bar, w_bar, b_bar, *rest):
        b_bar[...] = 0

    with pytest.raises(AssertionError, match="adjoint identity along w1"):
        three_witnesses(points(at, normal)["dense"](lambda op: planted(op, "vjp", spoil)))


def test_a_gradient_that_is_written_instead_of_added(at, normal, pieces):
    """Right for one microbatch, wrong for two."""

    def spoil(y_bar, x_bar, w_bar, b_bar, *rest):
        b_bar[...] = y_bar.sum(0)

    make = points(at, normal)["dense"]
    pieces(make(lambda op: op))
    with pytest.raises(AssertionError, match="cut"):
        pieces(make(lambda op: planted(op, "vjp", spoil)))


def test_a_draw_that_forgets_where_the_microbatch_begins(at, normal, pieces):
    @dataclass(frozen=True)
    class Forgetful(Dropout):
        def forward(self, y, x, s):
            s.first = 0
            super().forward(y, x, s)

    pieces(at(Dropout(0.5), [normal(0, (6, 10))]))
    with pytest.raises(AssertionError, match="cut"):
        pieces(at(Forgetful(0.5), [normal(0, (6, 10))]))
