import json

import pytest

ARGS = ("--set", "fit.epochs=2")


@pytest.fixture
def runs(fitcli, here):
    """Two runs: tiny-1 with adam, tiny-2 with sgd."""
    for optimizer in ("adam", "sgd"):
        assert fitcli("train", "tiny.yaml", "-q", *ARGS, "--set", f"fit.optimizer={optimizer}").code == 0
    return here / "runs"


def test_a_table(fitcli, runs):
    outcome = fitcli("compare", "runs/tiny-1", "runs/tiny-2")
    assert outcome.code == 0 and outcome.err == ""
    head, _, *rows = outcome.out.splitlines()
    for title in ("run", "optimizer", "epochs", "steps", "seconds", "train loss", "val accuracy", "best", "test"):
        assert title in head
    assert "state" not in head and {row.split()[0] for row in rows} == {"tiny-1", "tiny-2"}
    assert "adam(lr=0.001)" in outcome.out and "sgd(lr=0.1)" in outcome.out


def test_json(fitcli, runs):
    found = json.loads(fitcli("compare", "runs", "--json").out)
    assert found["differ"] == ["fit.optimizer"] and len(found["runs"]) == 2
    assert {row["state"] for row in found["runs"]} == {"done"}


def test_plot(fitcli, runs):
    outcome = fitcli("compare", "runs", "--plot", "both.png")
    assert outcome.err == "picture: both.png\n" and (runs.parent / "both.png").read_bytes().startswith(b"\x89PNG")


def test_an_unfinished_run_is_told(fitcli, runs):
    log = runs / "tiny-1" / "log.jsonl"
    log.write_text("\n".join(line for line in log.read_text().splitlines() if '"end"' not in line) + "\n")
    lines = fitcli("compare", "runs").out.splitlines()
    assert "state" in lines[0] and any("tiny-1" in line and "unfinished" in line for line in lines)


def test_no_run(fitcli, runs):
    outcome = fitcli("compare", "runs/tiny-3")
    assert outcome.code == 6 and "runs/tiny-3" in outcome.err and "runs/tiny-2" in outcome.err and outcome.out == ""


@pytest.mark.parametrize("options", [["--set", "seed=1"], ["--out", "x"], ["--threads", 1]])
def test_what_goes_with_train_only(fitcli, here, options):
    outcome = fitcli("compare", "runs", *options)
    assert outcome.code == 2 and "they go with --train" in outcome.err


def test_nothing_to_compare(fitcli, here):
    assert fitcli("compare").code == 2


def test_settings_of_the_same_name_are_told_in_full(fitcli, here):
    for number, filters in ((1, 2), (2, 3)):
        model = f"[conv: {{filters: {filters}}}, conv: {{filters: {filters}}}, flatten, dense: classes]"
        assert fitcli("train", "tiny.yaml", "-q", "--set", "fit.epochs=1", "--set", f"model={model}").code == 0
    head = fitcli("compare", "runs").out.splitlines()[0]
    assert "model[0].conv.filters" in head and "model[1].conv.filters" in head


def test_a_setting_does_not_take_the_place_of_a_result(fitcli, here):
    for epochs in (1, 2):
        assert fitcli("train", "tiny.yaml", "-q", "--set", f"fit.epochs={epochs}").code == 0
    log = here / "runs" / "tiny-2" / "log.jsonl"
    log.write_text(log.read_text().splitlines()[0] + "\n")
    head, _, *rows = fitcli("compare", "runs").out.splitlines()
    assert head.split()[:5] == ["run", "fit.epochs", "state", "epochs", "steps"]
    assert ["tiny-2", "2", "unfinished", "0", "1"] in [row.split()[:5] for row in rows]


@pytest.mark.parametrize(("metric", "column"), [("val_map", "val mAP"), ("val_loss", "val loss")])
def test_runs_of_several_classes_an_image_by_what_they_kept(fitcli, tagged, metric, column):
    for lr in (0.1, 0.001):
        assert fitcli("train", "tags.yaml", "-q", *ARGS, "--set", f"fit.keep_best={metric}", "--set", "data.split.val=0.3",
                      "--set", f"fit.optimizer.adam.lr={lr}").code == 0  # fmt: skip
    runs = ("runs/tags-2", "runs/tags-3")
    head = fitcli("compare", *runs).out.splitlines()[0]
    assert "val accuracy" in head and head.index("val accuracy") < head.index(column) < head.index("best")
    found = json.loads(fitcli("compare", *runs, "--json").out)
    values = [row[f"best_{metric}"] for row in found["runs"]]
    assert found["ranked_by"] == metric and values == sorted(values, reverse=metric != "val_loss")
