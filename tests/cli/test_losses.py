import json


def test_it_is_about_losses(fitcli):
    from fitcli.losses import LOSSES

    outcome = fitcli("losses", "--json")
    assert outcome.code == 0
    assert [entry["name"] for entry in json.loads(outcome.out)] == LOSSES.names()
    assert "List the losses that a spec may use." in fitcli("losses", "--help").out
