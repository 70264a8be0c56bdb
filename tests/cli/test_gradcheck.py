import json

import pytest


@pytest.fixture
def engine(fake):
    asked = {"verdict": "right"}

    def gradcheck(spec, seed):
        asked.update(spec=spec, seed=seed)
        return {"verdict": asked["verdict"], "layers": [{"name": "1.dense", "vjp_error": 1e-10}], "loss_error": 2e-12}

    fake("gradcheck", gradcheck=gradcheck)
    return asked


@pytest.mark.parametrize(("verdict", "code"), [("right", 0), ("wrong", 5)])
@pytest.mark.parametrize("json_option", [[], ["--json"]])
def test_the_exit_code_is_the_verdict(fitcli, engine, here, verdict, code, json_option):
    engine["verdict"] = verdict
    outcome = fitcli("gradcheck", "tiny.yaml", *json_option)
    assert outcome.code == code and outcome.err == ""
    assert verdict in outcome.out and "1.dense" in outcome.out


def test_json(fitcli, engine, here):
    outcome = fitcli("gradcheck", "tiny.yaml", "--json", "--seed", 7, "--set", "seed=3")
    assert json.loads(outcome.out)["layers"] == [{"name": "1.dense", "vjp_error": 1e-10}]
    assert engine["seed"] == 7 and engine["spec"].seed == 3


def test_a_table(fitcli, engine, here):
    lines = [line.split() for line in fitcli("gradcheck", "tiny.yaml").out.splitlines()]
    assert ["name", "vjp", "error"] in lines and ["1.dense", "1e-10"] in lines and ["verdict", "right"] in lines


def test_a_spec_that_is_not_there(fitcli, engine, here):
    outcome = fitcli("gradcheck", "tny.yaml")
    assert outcome.code == 2 and "tny.yaml: there is no such file" in outcome.err and "try: tiny.yaml" in outcome.err
