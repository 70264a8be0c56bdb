import json

import pytest

ROW = {
    "name": "1.dense", "op": "dense", "verdict": "CORRECT", "jvp": 1e-10, "vjp": None, "transpose": 0.0,
    "order": [1.0, "exact", None], "findings": [],
}  # fmt: skip
FINDING = {
    "map": "vjp", "block": "1.dense.weight", "index": (3, 2), "output": (), "expected": 1.5, "got": -1.5, "error": 2.0,
}  # fmt: skip


@pytest.fixture
def engine(fake):
    asked = {"verdict": "CORRECT", "row": ROW}

    def gradcheck(spec, seed, **options):
        asked.update(spec=spec, seed=seed, **options)
        program = {"verdict": "CORRECT", "cases": [{"workers": 2, "microbatch": 1, "loss": 0.0, "gradient": 3e-15}]}
        return {"verdict": asked["verdict"], "layers": [asked["row"]], "loss": ROW | {"name": "whole model"}, "program": program}

    fake("gradcheck", gradcheck=gradcheck)
    return asked


@pytest.mark.parametrize(("verdict", "code"), [("CORRECT", 0), ("WRONG", 5), ("KINK", 5), ("NOISE", 5)])
@pytest.mark.parametrize("json_option", [[], ["--json"]])
def test_the_exit_code_is_the_verdict(fitcli, engine, here, verdict, code, json_option):
    engine["verdict"] = verdict
    outcome = fitcli("gradcheck", "tiny.yaml", *json_option)
    assert outcome.code == code and outcome.err == ""
    assert verdict in outcome.out and "1.dense" in outcome.out


def test_json(fitcli, engine, here):
    outcome = fitcli("gradcheck", "tiny.yaml", "--json", "--seed", 7, "--set", "seed=3")
    assert json.loads(outcome.out)["layers"] == [ROW]
    assert engine["seed"] == 7 and engine["spec"].seed == 3 and engine["real"] is False


def test_a_table(fitcli, engine, here):
    lines = [line.split() for line in fitcli("gradcheck", "tiny.yaml").out.splitlines()]
    assert ["1.dense", "dense", "CORRECT", "1e-10", "-", "0", "1.00", "exact", "-"] in lines
    assert lines[-1] == ["verdict:", "CORRECT"]


def test_what_is_wrong_is_told_entry_by_entry(fitcli, engine, here):
    engine["row"] = ROW | {"verdict": "WRONG", "findings": [FINDING], "reason": "it gives two answers for one input"}
    out = fitcli("gradcheck", "tiny.yaml").out
    assert "1.dense: vjp at 1.dense.weight[3, 2]: expected 1.5, got -1.5 (off by 2.0e+00)" in out
    assert "1.dense: it gives two answers for one input" in out


def test_real_images(fitcli, engine, here):
    assert fitcli("gradcheck", "tiny.yaml", "--data", "photos").code == 0
    assert engine["real"] is True and engine["spec"].data.path == str(here / "photos")


def test_a_spec_that_is_not_there(fitcli, engine, here):
    outcome = fitcli("gradcheck", "tny.yaml")
    assert outcome.code == 2 and "tny.yaml: there is no such file" in outcome.err and "try: tiny.yaml" in outcome.err
