import json

import pytest

from fitcli.layers.presets import PRESETS
from fitcli.spec import parse_spec


def test_it_is_about_presets(fitcli):
    outcome = fitcli("presets", "--json")
    assert outcome.code == 0
    assert [entry["name"] for entry in json.loads(outcome.out)] == PRESETS.names()


@pytest.mark.parametrize("name", list(PRESETS))
def test_what_it_prints_is_the_model_written_out(fitcli, name):
    out = fitcli("presets", name).out
    written = out[out.rindex("\nmodel:\n") :]
    preset = parse_spec(f"data: {{path: x}}\nmodel: {{preset: {name}}}")
    assert parse_spec(f"data: {{path: x}}{written}") == preset
    assert f"model: {{preset: {name}}}" in out
    layers = json.loads(fitcli("presets", name, "--json").out)["layers"]
    assert parse_spec(f"data: {{path: x}}\nmodel: {json.dumps(layers)}") == preset


def test_an_unknown_name(fitcli):
    outcome = fitcli("presets", "resnett")
    assert outcome.code == 2 and "try: resnet" in outcome.err


def test_the_resolved_spec_trains_to_the_same_weights(fitcli, here):
    from safetensors.numpy import load_file

    spec = "data: {path: photos, image: {size: 8}}\nmodel: {preset: vit, patch: 4, width: 8, depth: 1, heads: 2}\n"
    (here / "tiny.yaml").write_text(spec + "fit: {epochs: 2, batch: 8}\n")
    assert fitcli("train", "tiny.yaml", "--out", "a", "--quiet").code == 0
    assert "preset" not in (here / "a" / "spec.yaml").read_text()
    assert fitcli("train", "a/spec.yaml", "--out", "b", "--quiet").code == 0
    one, two = (load_file(here / run / "model.safetensors") for run in "ab")
    assert one.keys() == two.keys() and len(one) > 10
    assert all((one[name] == two[name]).all() for name in one)
