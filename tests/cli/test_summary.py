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


def test_dot(fitcli, here):
    outcome = fitcli("summary", "tiny.yaml", "--dot")
    assert outcome.code == 0 and outcome.err == ""
    assert outcome.out.startswith("digraph model {") and "1.dense" in outcome.out
    outcome = fitcli("summary", "tiny.yaml", "--dot", "--json")
    assert outcome.code == 2 and "--dot and --json both take stdout" in outcome.err


def test_png(fitcli, here):
    from PIL import Image

    outcome = fitcli("summary", "tiny.yaml", "--png", "tiny.png", "--json")
    assert outcome.code == 0 and "picture: tiny.png" in outcome.err
    assert [row["receptive_field"] for row in json.loads(outcome.out)["layers"]] == [[1, 1]] + 3 * [[8, 8]]
    with Image.open(here / "tiny.png") as image:
        assert image.format == "PNG"


def test_a_png_that_cannot_be_written(fitcli, here):
    outcome = fitcli("summary", "tiny.yaml", "--png", "no/such/folder.png")
    assert outcome.code == 2 and "error: --png: cannot write no/such/folder.png" in outcome.err
    assert "try: another FILE" in outcome.err and "--out" not in outcome.err
