import json

from fitcli.engine.gradcheck.mutate import representatives, selftest, summed, title
from fitcli.spec import parse_spec

CATALOGUE = """
data: {path: nowhere, image: {size: 6}}
model:
  - conv: 4
  - relu
  - batchnorm
  - sigmoid
  - maxpool: 2
  - residual: {layers: [{conv: {filters: 4, bias: false}}, batchnorm, relu]}
  - tanh
  - globalavgpool
  - dropout: 0.4
  - dense: {units: 4, bias: false}
  - dense: classes
loss: mse
"""


def test_every_planted_error_is_caught_in_every_op():
    result = selftest(parse_spec(CATALOGUE), seed=2)
    assert result["verdict"] == "CAUGHT" and result["missed"] == [] and result["smallest"] <= 1e-5
    ops = {row["op"].split()[0] for row in result["ops"]}
    assert ops >= {"conv2d", "sigmoid", "tanh", "add", "globalavgpool", "dropout", "dense", "mean_squared_error"}
    assert all(row["planted"] == row["caught"] > 0 and row["smallest_one"] <= 1e-8 for row in result["ops"])
    kinds = {row["mutation"] for row in result["mutations"]}
    assert kinds == {
        "sign",
        "factor 1.01",
        "factor 1.0001",
        "dropped term",
        "one entry 1.01",
        "transposed",
        "shifted by one",
        "missing sum",
    }
    assert json.loads(json.dumps(result)) == result


def test_a_test_that_sees_nothing_fails(small_spec, monkeypatch):
    monkeypatch.setattr("fitcli.autodiff.check.judge._plateau", lambda *args: None)
    result = selftest(small_spec)
    assert result["verdict"] == "MISSED" and {m["where"] for m in result["missed"]} == {"both"}
    assert result["smallest"] == 1.0


def test_one_node_of_each_kind(small):
    titles = [title(n) for n in representatives(small)]
    assert len(titles) == len(set(titles)) and "flatten" not in titles
    assert {"conv2d bias", "tanh", "add", "dense bias"} <= set(titles)


def test_where_there_is_nothing_to_spoil():
    idle = ({"op": "a", "planted": 0, "caught": 0, "smallest_one": 0.0, "smallest_both": 0.0}, [], [])
    assert summed([idle])["smallest"] is None and summed([idle])["verdict"] == summed([])["verdict"] == "CAUGHT"
