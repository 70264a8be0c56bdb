import json

import pytest


@pytest.fixture
def engine(fake):
    asked = {}

    def summarize(spec):
        asked["spec"] = spec
        return {"layers": [{"name": "1.dense", "output": [2], "parameters": 386}], "parameters": 386, "bytes": 1544}

    fake("summary", summarize=summarize)
    return asked


def test_json(fitcli, engine, here):
    outcome = fitcli("summary", "tiny.yaml", "--json", "--set", "data.image.size=16")
    assert outcome.code == 0 and json.loads(outcome.out)["bytes"] == 1544
    assert engine["spec"].data.image.size == 16


def test_a_table(fitcli, engine, here):
    outcome = fitcli("summary", "tiny.yaml")
    assert outcome.code == 0 and outcome.err == ""
    lines = [line.split() for line in outcome.out.splitlines()]
    assert ["1.dense", "2", "386"] in lines and ["bytes", "1,544"] in lines
