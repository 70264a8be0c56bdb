import re

import pytest

from fitcli.autodiff.graph import Graph, Node
from fitcli.engine.dot import dot_text, label, place, title
from fitcli.model import build_model
from fitcli.spec import parse_spec


@pytest.fixture
def graph():
    layers = "residual: {layers: [conv: 2, batchnorm, relu], shortcut: [conv: {filters: 2, kernel: 1}]}, flatten, dense: classes"
    return build_model(parse_spec(f"data: {{path: x}}\nmodel: [{layers}]"), ("a", "b"), (6, 5, 1)).graph


def test_a_box_an_op_and_an_arrow_a_value(graph):
    text = dot_text(graph)
    assert text.startswith("digraph model {\n") and text.endswith("\n}") and text.count("{") == text.count("}") == 1
    boxes = re.findall(r"^  (n\d+) \[label=", text, re.MULTILINE)
    arrows = re.findall(r"^  (n\d+) -> (n\d+);$", text, re.MULTILINE)
    assert len(set(boxes)) == len(boxes) == len(graph.nodes)
    assert len(arrows) == sum(len(node.inputs) for node in graph.nodes)
    assert {end for arrow in arrows for end in arrow} == set(boxes)
    assert r'label="batchnorm + relu\n0.residual.1.batchnorm\n6×5×2"' in text


def test_words(graph):
    names = {node.name: node for node in graph.nodes}
    conv = names["0.residual.shortcut.0.conv"]
    assert (title(conv), place(conv)) == ("conv2d", "0.residual.shortcut.0.conv")
    assert label(names["0.residual"]) == "add\n0.residual\n6×5×2"
    assert label(names["image"]) == "image\n6×5×1" and label(names["labels"]) == "labels"
    assert label(names["loss"]) == "softmax_cross_entropy\none number"


def test_what_would_end_a_string_is_escaped():
    node = Node('a"b\\', None, (), (), (1,))
    assert r'[label="a\"b\\\n1"' in dot_text(Graph((node,), node))
