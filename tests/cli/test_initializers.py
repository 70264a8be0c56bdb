import json


def test_it_is_about_initializers(fitcli):
    from fitcli.initializers import INITIALIZERS

    outcome = fitcli("initializers", "--json")
    assert outcome.code == 0
    assert [entry["name"] for entry in json.loads(outcome.out)] == INITIALIZERS.names()
    assert "List the initializers that a spec may use." in fitcli("initializers", "--help").out
