import json


def test_it_is_about_schedules(fitcli):
    from fitcli.schedules import SCHEDULES

    outcome = fitcli("schedules", "--json")
    assert outcome.code == 0
    assert [entry["name"] for entry in json.loads(outcome.out)] == SCHEDULES.names()
    assert "List the schedules that a spec may use." in fitcli("schedules", "--help").out
