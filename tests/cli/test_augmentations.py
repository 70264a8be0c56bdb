import json


def test_it_is_about_augmentations(fitcli):
    from fitcli.data.augment import AUGMENTATIONS

    outcome = fitcli("augmentations", "--json")
    assert outcome.code == 0
    assert [entry["name"] for entry in json.loads(outcome.out)] == AUGMENTATIONS.names()
    assert "List the augmentations that a spec may use." in fitcli("augmentations", "--help").out
