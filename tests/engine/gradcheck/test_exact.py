import json

import numpy as np
import pytest

from fitcli.autodiff.check import interpreted
from fitcli.engine.gradcheck.exact import COMPLEX, DIFFERENCES, PRODUCTS, check_exact
from fitcli.engine.gradcheck.place import place
from fitcli.ops.sigmoid import Sigmoid
from fitcli.spec import parse_spec

SPEC = """
data: {path: nowhere, image: {size: [6, 4], channels: 3}}
model: [{conv: {filters: 4, groups: 1}}, relu, {depthwise: 3}, batchnorm, sigmoid, {conv: {filters: 4, groups: 2, kernel: 1}}, dct,
  {patches: {size: 2, features: 4}}, {attention: {heads: 2, dropout: 0.3}}, layernorm, flatten, {dropout: 0.2}, {dense: 3}, gelu, {dense: classes}]
loss: focal
"""


@pytest.fixture(scope="module")
def at():
    return place(parse_spec(SPEC), seed=2)


def test_every_kind_of_layer(at):
    found = check_exact(at, at.layers)
    assert found["verdict"] == "CORRECT" and 0 < found["error"] < 1e-12
    ways = {row["op"].split()[0]: row["way"] for row in found["layers"]}
    assert {op for op, way in ways.items() if way == PRODUCTS} == {"conv2d", "depthwise2d", "grouped_conv2d", "dct", "dense"}
    others = {op for op, way in ways.items() if way == COMPLEX}
    assert {"batchnorm", "sigmoid", "layernorm", "gelu", "dropout", "attention", "focal_cross_entropy"} <= others
    assert DIFFERENCES not in ways.values()
    assert json.loads(json.dumps(found)) == found


def test_what_has_no_complex_numbers_is_named(at, monkeypatch):
    monkeypatch.delitem(interpreted._TWINS, "rows_product")
    interpreted.interpreted.cache_clear()
    (row,) = check_exact(at, [node for node in at.layers if node.op.name == "attention"])["layers"]
    interpreted.interpreted.cache_clear()
    assert (row["way"], row["why"], row["error"]) == (DIFFERENCES, "rows_product has no complex numbers", None)


@pytest.mark.parametrize("size", [1e-2, 1e-9])
def test_an_error_that_differences_cannot_see(at, size, monkeypatch):
    """Push and pull alike wrong by 1e-9: no difference quotient tells, and the transpose test holds."""
    right = Sigmoid.jvp

    def wrong(self, y_dot, *args):
        right(self, y_dot, *args)
        y_dot.reshape(-1)[3] *= 1 + size

    nodes = [node for node in at.layers if node.op.name == "sigmoid"]
    assert check_exact(at, nodes)["verdict"] == "CORRECT"
    monkeypatch.setattr(Sigmoid, "jvp", wrong)
    (row,) = check_exact(at, nodes)["layers"]
    assert row["verdict"] == "WRONG" and 1e-3 * size < row["error"] <= 1.1 * size


def test_what_is_too_large_is_named(at, monkeypatch):
    monkeypatch.setattr("fitcli.engine.gradcheck.exact._WORK", 100)
    rows = check_exact(at, at.layers)["layers"]
    large = [row for row in rows if row["why"].endswith("are many for the interpreter")]
    assert large and all(row["way"] == DIFFERENCES and row["verdict"] == "CORRECT" for row in large)
    assert any(row["way"] == PRODUCTS for row in rows)


def test_a_clipped_product(at):
    (row,) = (r for r in check_exact(at, at.layers)["layers"] if r["op"].startswith("conv2d") and "clip" in r["op"])
    assert row["way"] == PRODUCTS and row["directions"] > 10 and row["error"] < 1e-14
    assert np.isfinite(row["limit"])
