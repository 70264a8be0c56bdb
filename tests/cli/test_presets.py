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
