import json

import pytest

ROW = {
    "name": "1.dense", "op": "dense", "verdict": "CORRECT", "jvp": 1e-10, "vjp": None, "transpose": 0.0,
    "order": [1.0, "exact", None], "findings": [], "unsettled": [], "float32": {"gradient": 3e-7},
}  # fmt: skip
MUTATION = {
    "op": "dense", "mutation": "sign", "planted": 3, "caught": 3, "by_transpose": 2, "by_differences": 3, "least": 2.0,
}  # fmt: skip


@pytest.fixture
def engine(fake):
    asked = {"verdict": "CORRECT"}

    def gradcheck(spec, seed, **options):
        options.pop("progress")(1, 2)
        asked.update(spec=spec, seed=seed, **options)
        return {"verdict": asked["verdict"], "layers": [ROW], "loss": ROW | {"name": "whole model"}, "seconds": 1.25}

    def selftest(spec, seed, progress):
        progress(0, 1)
        asked.update(spec=spec, seed=seed)
        ops = [{"op": "dense", "planted": 3, "caught": 3, "smallest_one": 1e-9, "smallest_both": 1e-6}]
        return {"verdict": asked["verdict"], "smallest": 1e-6, "ops": ops, "mutations": [MUTATION], "missed": []}

    def add_jacobians(result, spec, seed, **options):
        result["jacobians"] = [{"name": "1.dense", "rows": 4, "columns": 1200, "verdict": None}]
        asked["jacobians"] = options
        return {"1.dense": "the matrix"}

    def plot_check(result, matrices, path, title):
        asked["plot"] = (matrices, path, title)

    fake("gradcheck", gradcheck=gradcheck, selftest=selftest, add_jacobians=add_jacobians, plot_check=plot_check)
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
    assert engine["seed"] == 7 and engine["spec"].seed == 3
    assert (engine["real"], engine["layer"], engine["dtype"]) == (False, None, "float64")


def test_options_reach_the_engine(fitcli, engine, here):
    assert fitcli("gradcheck", "tiny.yaml", "--data", "photos", "--layer", "1.dense", "--dtype", "float32").code == 0
    assert (engine["real"], engine["layer"], engine["dtype"]) == (True, "1.dense", "float32")
    assert engine["spec"].data.path == str(here / "photos")


def test_plot(fitcli, engine, here):
    outcome = fitcli("gradcheck", "tiny.yaml", "--plot", "out.png")
    assert engine["plot"] == (None, "out.png", "tiny.yaml") and outcome.err == "picture: out.png\n"


def test_full(fitcli, engine, here):
    outcome = fitcli("gradcheck", "tiny.yaml", "--full", "--layer", "1.dense", "--plot", "out.png")
    assert engine["jacobians"] == {"layer": "1.dense", "real": False}
    assert (
        engine["plot"][0] == {"1.dense": "the matrix"} and "Jacobian of 1.dense: 4 × 1,200 is too large" in outcome.out
    )


@pytest.mark.parametrize(("verdict", "code"), [("CAUGHT", 0), ("MISSED", 5)])
def test_mutate(fitcli, engine, here, verdict, code):
    engine["verdict"] = verdict
    outcome = fitcli("gradcheck", "tiny.yaml", "--mutate", "--seed", 3)
    assert outcome.code == code and engine["seed"] == 3
    assert f"verdict: {verdict}; the smallest relative error that is caught everywhere: 1e-06" in outcome.out
    assert json.loads(fitcli("gradcheck", "tiny.yaml", "--mutate", "--json").out)["mutations"] == [MUTATION]


@pytest.mark.parametrize(
    "option", [["--full"], ["--plot", "x.png"], ["--layer", "1.dense"], ["--data", "photos"], ["--dtype", "float32"]]
)
def test_what_does_not_go_with_mutate(fitcli, engine, here, option):
    outcome = fitcli("gradcheck", "tiny.yaml", "--mutate", *option)
    assert outcome.code == 2 and "only --seed and --set go with it" in outcome.err and outcome.out == ""


def test_an_unknown_type(fitcli, engine, here):
    outcome = fitcli("gradcheck", "tiny.yaml", "--dtype", "float16")
    assert outcome.code == 2 and "'float16' is not one of 'float64', 'float32'" in outcome.err


def test_a_spec_that_is_not_there(fitcli, engine, here):
    outcome = fitcli("gradcheck", "tny.yaml")
    assert outcome.code == 2 and "tny.yaml: there is no such file" in outcome.err and "try: tiny.yaml" in outcome.err


def test_the_help_teaches_the_three_tests(fitcli):
    out = fitcli("gradcheck", "--help").out
    assert all(word in out for word in ("order", "transpose", "entries", "KINK", "NOISE", "--mutate", "--plot"))


def test_really(fitcli, here):
    outcome = fitcli("gradcheck", "tiny.yaml", "--plot", "really.png", "--json")
    assert outcome.code == 0 and (here / "really.png").read_bytes().startswith(b"\x89PNG")
    found = json.loads(outcome.out)
    assert [row["op"] for row in found["layers"]] == ["flatten", "dense", "softmax_cross_entropy"]
    assert found["program"]["verdict"] == found["coordinates"]["verdict"] == found["verdict"] == "CORRECT"


def test_a_layer_that_is_not_there(fitcli, here):
    outcome = fitcli("gradcheck", "tiny.yaml", "--layer", "1.dens")
    assert outcome.code == 2 and "no layer is called '1.dens'" in outcome.err and "try: --layer 1.dense" in outcome.err


def test_a_wrong_derivative(fitcli, here, monkeypatch):
    from fitcli.ops.sigmoid import sigmoid_chain
    from fitcli.ops.tanh import Tanh

    monkeypatch.setattr(Tanh, "vjp", lambda self, y_bar, x_bar, y, x, s: sigmoid_chain(x_bar, y_bar, y))
    (here / "wrong.yaml").write_text((here / "tiny.yaml").read_text().replace("flatten,", "flatten, tanh,"))
    outcome = fitcli("gradcheck", "wrong.yaml")
    assert outcome.code == 5 and "verdict: WRONG" in outcome.out
    assert "1.tanh: vjp at input[" in outcome.out and "expected" in outcome.out
