import json


def test_it_is_about_gradient_treatments(fitcli):
    from fitcli.gradients import GRADIENTS

    outcome = fitcli("gradients", "--json")
    assert outcome.code == 0
    assert [entry["name"] for entry in json.loads(outcome.out)] == GRADIENTS.names()
    assert "List the gradient treatments that a spec may use." in fitcli("gradients", "--help").out
