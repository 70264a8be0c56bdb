import json

import pytest

RESULT = {
    "optimizer": "adam", "batch": 32, "images": 18, "steps": 4, "rates": [1e-4, 1e-3, 1e-2, 1e-1],
    "losses": [2.0, 1.0, 0.5, 3.0], "smoothed": [2.0, 1.0, 0.5, 3.0], "steepest": 1e-3, "lowest": 1e-2, "diverges": 0.1,
    "suggestion": 0.00316, "key": "fit.optimizer.adam.lr", "stopped": "",
}  # fmt: skip


@pytest.fixture
def engine(fake):
    asked = {"result": RESULT}

    def range_test(spec, train, least, most, steps, threads, progress, tell):
        progress(1, steps)
        asked.update(spec=spec, train=train, asked=(least, most, steps, threads))
        return asked["result"]

    fake("rangetest", range_test=range_test, check_sweep=lambda spec: None,
         draw_sweep=lambda result, path, title: asked.update(drawn=(result, path, title)))  # fmt: skip
    return asked


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_json(fitcli, engine, here):
    outcome = fitcli("lr", "tiny.yaml", "--json", "--min", "1e-4", "--max", 2, "--steps", 50, "--threads", 1, "--set", "seed=3")
    assert outcome.code == 0 and outcome.err == "" and json.loads(outcome.out) == RESULT
    assert engine["asked"] == (1e-4, 2.0, 50, 1) and engine["spec"].seed == 3 and len(engine["train"]) == 20


def test_defaults_and_the_table(fitcli, engine, here):
    lines = fitcli("lr", "tiny.yaml", "--data", "photos").out.splitlines()
    assert engine["asked"] == (1e-6, 10.0, 100, None)
    assert [line.split() for line in lines[2:6]] == [["1.0e-04", "2.0000"], ["1.0e-03", "1.0000"], ["1.0e-02", "0.5000"],
                                                    ["1.0e-01", "3.0000"]]  # fmt: skip
    assert "the loss falls fastest at  0.001" in lines and "the loss diverges at       0.1" in lines
    assert "suggestion: 0.0032, midway between the fastest fall and the lowest loss" in lines
    assert lines[-1] == "  fitcli train tiny.yaml --set fit.optimizer.adam.lr=0.0032"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"diverges": 0.03, "suggestion": 0.003}, "suggestion: 0.003, a tenth of where it diverges"),
        ({"suggestion": None}, "no suggestion: the loss never fell by more than noise"),
        ({"stopped": "because"}, "the sweep ended early: because"),
        ({"lowest": 1e-1, "diverges": None}, "the loss was still falling at the end: a larger --max shows more"),
        ({"diverges": None}, "the loss diverges at       -"),
    ],
)
def test_what_it_says(fitcli, engine, here, change, line):
    engine["result"] = RESULT | change
    assert line in fitcli("lr", "tiny.yaml").out


def test_plot(fitcli, engine, here):
    outcome = fitcli("lr", "tiny.yaml", "--plot", "lr.png")
    assert outcome.err == "picture: lr.png\n" and engine["drawn"] == (RESULT, "lr.png", "tiny.yaml")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--min", 1, "--max", 1], "--min 1 must be below --max 1"),
        (["--min", 0], "0 is not in the range"),
        (["--max", "nan"], "--min 1e-06 must be below --max nan"),
        (["--max", "inf"], "--max inf must be a finite number"),
        (["--steps", 9], "9 is not in the range"),
        (["--plot", "no/lr.png"], "there is no folder no"),
        (["--plot", "photos"], "is a directory"),
    ],
)
def test_a_wrong_command_line(fitcli, engine, here, args, told):
    outcome = fitcli("lr", "tiny.yaml", *args)
    assert outcome.code == 2 and told in outcome.err and outcome.out == "" and "asked" not in engine


def test_a_search_along_lines(fitcli, here):
    outcome = fitcli("lr", "tiny.yaml", "--set", "fit.optimizer=lbfgs")
    assert outcome.code == 2 and "lbfgs finds the length of its steps by itself" in outcome.err and outcome.out == ""


def test_no_data(fitcli, here):
    assert fitcli("lr", "tiny.yaml", "--data", "nothing").code == 3


def test_really_and_without_a_trace(fitcli, here):
    """Training before and after gives the same bits, and no file has come but the picture."""
    assert fitcli("train", "tiny.yaml", "--out", "before", "--set", "fit.epochs=1", "-q").code == 0
    there = files(here)
    outcome = fitcli("lr", "tiny.yaml", "--plot", "lr.png", "--json", "--steps", 20)
    assert outcome.code == 0 and json.loads(outcome.out)["suggestion"] > 0
    left = files(here)
    assert {str(path) for path in left.keys() - there.keys()} == {"lr.png"}
    assert all(left[path] == content for path, content in there.items())
    assert fitcli("train", "tiny.yaml", "--out", "after", "--set", "fit.epochs=1", "-q").code == 0
    from fitcli.engine.modelfile import load_model

    weights = [{k: a.tobytes() for k, a in load_model(run).arrays.items()} for run in ("before", "after")]
    assert weights[0] == weights[1]
