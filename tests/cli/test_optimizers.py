import json


def test_it_is_about_optimizers(fitcli):
    from fitcli.optim import OPTIMIZERS

    outcome = fitcli("optimizers", "--json")
    assert outcome.code == 0
    assert [entry["name"] for entry in json.loads(outcome.out)] == OPTIMIZERS.names()
    assert "List the optimizers that a spec may use." in fitcli("optimizers", "--help").out
