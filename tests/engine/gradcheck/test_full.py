import json

import pytest

from fitcli.engine.gradcheck.full import add_jacobians, jacobians
from fitcli.ops.tanh import Tanh
from fitcli.spec import parse_spec

TINY = "data: {path: nowhere, image: {size: 2, channels: 1}}\nmodel: [flatten, tanh, dense: 300, dense: classes]\n"


def test_whole_matrices(small_spec):
    rows, matrices = jacobians(small_spec, 1, layer="4.residual")
    assert [row["name"] for row in rows] == list(matrices)
    row = rows[-1]
    assert row["verdict"] == "CORRECT" and row["push_pull"] < 1e-13 and row["push_differences"] < 1e-7
    assert matrices[row["name"]].push.shape == (row["rows"], row["columns"])


def test_what_is_too_large_is_told_and_left_out():
    rows, matrices = jacobians(parse_spec(TINY))
    verdicts = {row["name"]: row["verdict"] for row in rows}
    assert verdicts["1.tanh"] == "CORRECT" and verdicts["whole model"] == "CORRECT"
    assert verdicts["2.dense"] is None or "2.dense" in matrices
    large, _ = jacobians(parse_spec(TINY.replace("300", "3000")), layer="2.dense")
    assert large[0]["verdict"] is None and large[0]["columns"] == 5 * 4 + 4 * 3000 + 3000


def test_a_wrong_pull_back_shows_in_its_matrix(monkeypatch):
    right = Tanh.vjp

    def vjp(self, y_bar, x_bar, *args):
        right(self, y_bar, x_bar, *args)
        x_bar[:, 0] *= 2

    monkeypatch.setattr(Tanh, "vjp", vjp)
    result = {"verdict": "CORRECT"}
    matrices = add_jacobians(result, parse_spec(TINY), layer="1.tanh")
    assert result["verdict"] == "WRONG" and result["jacobians"][0]["push_pull"] == pytest.approx(0.5, abs=0.2)
    assert result["jacobians"][0]["push_differences"] < 1e-7 and set(matrices) == {"1.tanh"}
    json.dumps(result)
