import pytest

from fitcli.engine.summary import graph_of, summarize
from fitcli.errors import SpecError
from fitcli.spec import parse_spec

HEAD = "data: {path: /nowhere, image: {size: [6, 5], channels: 1}}\n"


def summary(layers):
    return summarize(parse_spec(f"{HEAD}model: {layers}\n", "s.yaml"))


def test_a_small_network_counted_by_hand():
    """6 × 5 × 1, four 3 × 3 filters that keep the size, halved to 3 × 2, 24 numbers, 7 of them, two classes."""
    found = summary("[conv: {filters: 4, kernel: 3}, maxpool: 2, flatten, dense: 7, tanh, dense: classes]")
    assert [tuple(row.values()) for row in found["layers"]] == [
        ("pixels", "pixels", [6, 5, 1], [1, 1], 0, 0, 4 * 30),
        ("0.conv", "conv2d", [6, 5, 4], [3, 3], 36 + 4, 30 * 4 * 9, 4 * 120),
        ("1.maxpool", "maxpool", [3, 2, 4], [4, 4], 0, 0, 4 * 24),
        ("2.flatten", "flatten", [24], [6, 5], 0, 0, 0),
        ("3.dense", "dense", [7], [6, 5], 24 * 7 + 7, 24 * 7, 4 * 7),
        ("4.tanh", "tanh", [7], [6, 5], 0, 0, 4 * 7),
        ("5.dense", "dense", [2], [6, 5], 7 * 2 + 2, 7 * 2, 4 * 2),
        ("loss", "softmax_cross_entropy", [], [6, 5], 0, 0, 4),
    ]
    assert list(found["layers"][0]) == ["name", "op", "output", "receptive_field", "parameters", "multiply_adds", "bytes"]
    assert (found["image"], found["classes"]) == ([6, 5, 1], 2)
    assert found["parameters"] == 40 + 175 + 16
    assert found["multiply_adds"] == 1080 + 168 + 14
    assert found["bytes"] == 4 * (30 + 120 + 24 + 7 + 7 + 2 + 1)
    assert found["model_bytes"] == 4 * (40 + 175 + 16)


def test_the_graph_is_that_of_the_rows():
    spec = parse_spec(f"{HEAD}model: [conv: 4, flatten, dense: classes]\n")
    names = [node.name for node in graph_of(spec).nodes if node.op]
    assert names == [row["name"] for row in summarize(spec)["layers"]]


def test_running_statistics_are_in_the_file_but_not_trained():
    found = summary("[batchnorm, flatten, dense: classes]")
    assert found["parameters"] == 2 + 62
    assert found["model_bytes"] == 4 * (2 + 2 + 62)


def test_strides_shrink_the_work():
    layers = summary("[conv: {filters: 3, kernel: 3, stride: 2}, flatten, dense: classes]")["layers"]
    found = {row["name"]: row for row in layers}
    assert found["0.conv"]["output"] == [3, 3, 3]
    assert found["0.conv"]["multiply_adds"] == 9 * 3 * 9


def test_what_is_assumed_is_told(tmp_path):
    assert summary("[flatten, dense: classes]")["note"] == "2 classes and 6×5×1 assumed: there is no such folder"
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.png").write_bytes(b"")
    text = f"data: {{path: {tmp_path}, image: {{size: 4}}}}\nmodel: [flatten, dense: classes]\n"
    found = summarize(parse_spec(text))
    assert "note" not in found and found["classes"] == 3 and found["parameters"] == 48 * 3 + 3


def test_a_model_that_cannot_be_has_no_summary():
    with pytest.raises(SpecError) as caught:
        summarize(parse_spec(f"{HEAD}model:\n- flatten\n- maxpool: 2\n- dense: classes\n", "s.yaml"))
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith("s.yaml:4: model[1].maxpool: maxpool needs an image")
