import pytest
from PIL import Image

from fitcli.engine.drawing import ROWS, arranged, draw_graph
from fitcli.model import build_model
from fitcli.spec import parse_spec


def graph(layers, shape=(8, 8, 1)):
    return build_model(parse_spec(f"data: {{path: x}}\nmodel: [{layers}, flatten, dense: classes]"), ("a", "b"), shape).graph


SHORTCUT = "residual: {layers: [conv: 2, conv: 2], shortcut: [conv: 2]}"


@pytest.mark.parametrize("layers", ["relu", SHORTCUT, "repeat: {times: 50, layers: [residual: [conv: 1, relu]]}"])
def test_no_two_boxes_in_one_place_and_none_above_what_it_reads(layers):
    made = graph(layers)
    spots = arranged(made)
    assert set(spots) == set(made.nodes) and len(set(spots.values())) == len(spots)
    for node in made.nodes:
        for before in node.inputs:
            (x0, y0), (x1, y1) = spots[before], spots[node]
            assert y1 > y0 or x1 > x0  # below, or in the next column


def test_branches_stand_side_by_side_and_long_models_in_columns():
    spots = arranged(graph(SHORTCUT))
    by_name = {node.name: spot for node, spot in spots.items()}
    assert by_name["0.residual.layers.0.conv"][1] == by_name["0.residual.shortcut.0.conv"][1]
    assert by_name["0.residual.layers.0.conv"][0] < by_name["0.residual.shortcut.0.conv"][0]
    long = arranged(graph(f"repeat: {{times: {ROWS}, layers: [tanh]}}"))
    assert len({round(y, 6) for _, y in long.values()}) == ROWS


@pytest.mark.parametrize("layers", ["relu", SHORTCUT, "repeat: {times: 400, layers: [tanh]}"])
def test_a_picture(layers, tmp_path):
    path = tmp_path / "graph.png"
    draw_graph(graph(layers), path)
    with Image.open(path) as image:
        image.load()
        assert image.format == "PNG" and min(image.size) > 200
        assert len(image.convert("RGB").getcolors(1 << 24)) > 20  # not a blank sheet
    assert [file.name for file in tmp_path.iterdir()] == ["graph.png"]
