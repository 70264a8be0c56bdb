import json


def test_it_is_about_layers(fitcli):
    from fitcli.layers import LAYERS

    outcome = fitcli("layers", "--json")
    assert outcome.code == 0
    assert [entry["name"] for entry in json.loads(outcome.out)] == LAYERS.names()
    assert "List the layers that a spec may use." in fitcli("layers", "--help").out
