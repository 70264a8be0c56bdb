import json

import pytest

from fitcli.autodiff.tape import accumulate
from fitcli.engine.gradcheck import gradcheck
from fitcli.ops.sigmoid import sigmoid_chain
from fitcli.ops.tanh import Tanh, tanh_chain
from fitcli.spec import parse_spec

SPEC = """
data: {path: nowhere, image: {size: [6, 5], channels: 3}}
model:
  - conv: {filters: 4, kernel: 3}
  - batchnorm
  - relu
  - maxpool: 2
  - residual: {layers: [{conv: 4}, tanh]}
  - flatten
  - dropout: 0.3
  - dense: classes
"""


@pytest.fixture(scope="module")
def spec():
    return parse_spec(SPEC)


@pytest.fixture(scope="module")
def right(spec):
    return gradcheck(spec, seed=1)


def test_every_layer_has_its_row(right):
    assert right["verdict"] == "CORRECT"
    ops = [row["op"] for row in right["layers"]]
    assert ops[0] == "conv2d" and ops[-1] == "softmax_cross_entropy" and {"tanh", "add", "dropout", "dense"} <= set(ops)
    assert all(
        row["verdict"] == "CORRECT" and row["deterministic"] and row["findings"] == [] for row in right["layers"]
    )
    assert all(row["transpose"] <= 1e-12 and row["jvp"] <= 1e-6 and row["vjp"] <= 1e-6 for row in right["layers"])
    assert {b["name"] for b in right["loss"]["blocks"]} >= {"image", "0.conv.weight", "1.batchnorm.gamma"}
    assert json.loads(json.dumps(right)) == right


def test_it_says_what_it_assumed(right):
    assert "no such folder" in right["note"] and right["image"] == [6, 5, 3]


def test_the_program_is_compared_for_every_cut(right):
    assert [(c["workers"], c["microbatch"]) for c in right["program"]["cases"]] == [(1, 5), (1, 2), (2, 2), (2, 1)]
    assert all(c["gradient"] < 1e-12 and c["loss"] < 1e-12 for c in right["program"]["cases"])


def test_the_same_seed_gives_the_same_numbers(spec, right):
    again = gradcheck(spec, seed=1)
    assert timeless(again) == timeless(right)


def timeless(x):
    """Without the times, at any depth."""
    if isinstance(x, list):
        return [timeless(y) for y in x]
    return {k: timeless(y) for k, y in x.items() if k != "seconds"} if isinstance(x, dict) else x


def test_a_wrong_pull_back_is_found_and_named(spec, monkeypatch):
    monkeypatch.setattr(Tanh, "vjp", lambda self, y_bar, x_bar, y, x, s: accumulate_twice(x_bar, y_bar, y))
    result = gradcheck(spec)
    assert result["verdict"] == "WRONG"
    wrong = {row["op"]: row for row in result["layers"] if row["verdict"] != "CORRECT"}
    assert set(wrong) == {"tanh"} and result["loss"]["verdict"] == "WRONG"
    findings = wrong["tanh"]["findings"]
    assert findings and {(f["map"], f["block"]) for f in findings} == {("vjp", "input")}
    assert all(len(f["index"]) == 4 and f["error"] > 0.01 for f in findings)


def test_push_and_pull_wrong_in_the_same_way_are_found(spec, monkeypatch):
    monkeypatch.setattr(Tanh, "vjp", lambda self, y_bar, x_bar, y, x, s: sigmoid_chain(x_bar, y_bar, y))
    monkeypatch.setattr(Tanh, "jvp", lambda self, y_dot, x_dot, y, x, s: sigmoid_chain(y_dot, x_dot, y))
    result = gradcheck(spec)
    (row,) = (row for row in result["layers"] if row["op"] == "tanh")
    assert row["verdict"] == "WRONG" and row["transpose"] < 1e-14
    assert {f["map"] for f in row["findings"]} == {"jvp", "vjp"}


def accumulate_twice(x_bar, y_bar, y):
    """(1 - y^2) y_bar + y_bar: as if tanh' were 2 - y^2."""
    tanh_chain(x_bar, y_bar, y)
    accumulate(x_bar, y_bar)
