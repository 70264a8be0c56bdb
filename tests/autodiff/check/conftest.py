"""Ops in plain numpy, right and wrong, as functions to be checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from fitcli.autodiff.check.function import Function
from fitcli.autodiff.graph import Builder, Graph
from fitcli.autodiff.op import Op


@dataclass(frozen=True)
class Affine(Op):
    """y = a x + b, number by number; `pull` and `push` multiply the derivative, to make it wrong."""

    pull: float = 1.0
    push: float = 1.0

    def shape(self, x):
        return x

    def forward(self, y, x, a, b, s):
        y[...] = a * x + b

    def vjp(self, y_bar, x_bar, a_bar, b_bar, y, x, a, b, s):
        x_bar[...] = self.pull * a * y_bar
        a_bar += (x * y_bar).sum(0)
        b_bar += y_bar.sum(0)

    def jvp(self, y_dot, x_dot, a_dot, b_dot, y, x, a, b, s):
        y_dot[...] = self.push * a * x_dot + a_dot * x + b_dot


@dataclass(frozen=True)
class Map(Op):
    """y = f(x) number by number, with the derivative that is given, and a draw of dice on top when `loose`."""

    f: object
    df: object
    loose: float = 0.0

    def shape(self, x):
        return x

    def forward(self, y, x, s):
        y[...] = self.f(x) + self.loose * np.random.default_rng().standard_normal()

    def vjp(self, y_bar, x_bar, y, x, s):
        x_bar[...] = self.df(x) * y_bar

    def jvp(self, y_dot, x_dot, y, x, s):
        y_dot[...] = self.df(x) * x_dot


@pytest.fixture
def affine():
    return Affine


@pytest.fixture
def numbers():
    """numbers(f, df) -> a function of one block "input" [5, 4] that maps each number by f, and a point."""

    def make(f, df, loose=0.0, dtype=np.float64):
        return build(Map(f, df, loose), (4,), (), dtype)

    return make


@pytest.fixture
def build_function():
    """build_function(op, shape, names of parameters) -> (function, point)."""
    return build


def build(op, shape, params=(), dtype=np.float64):
    g = Builder(2)
    x = g.input("input", shape)
    weights = tuple(g.param(name, shape, None) for name in params)
    with g.scope("op"):
        y = g.apply(op, x, params=weights)
    f = Function(Graph(tuple(g.nodes), y), {}, {}, dtype=dtype)
    rng = np.random.default_rng(0)
    v = {"input": rng.standard_normal((5, *shape)).astype(dtype)}
    return f, v | {name: rng.standard_normal(shape).astype(dtype) for name in params}
