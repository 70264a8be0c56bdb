import json
import os
import shlex
import signal

import pytest

from fitcli.errors import DivergedError, ModelFileError, Problem, SpecError


@pytest.fixture
def engine(fake):
    """Four steps in two epochs, which save what a fit saves; remembers what it was asked."""
    asked = {"saved": False, "signal": None, "error": None}

    def fit(spec, splits, run_dir, threads=None, resume=False, debug=False, log_prediction=False):
        from fitcli.spec import dump_spec

        asked.update(spec=spec, splits=splits, run=run_dir, threads=threads, resume=resume, debug=debug)
        asked.update(log_prediction=log_prediction)
        if asked["error"] == "at once":
            raise SpecError(Problem("does not fit", where="tiny.yaml:2"))
        (run_dir / "spec.yaml").write_text(dump_spec(spec))
        try:
            yield {"event": "start", "steps": 4, "epochs": 2, "parameters": 386, "images": 20, "classes": 2}
            for step in range(1, 5):
                if step == 2 and asked["signal"]:
                    os.kill(os.getpid(), asked["signal"])
                if step == 3 and asked["error"]:
                    raise asked["error"]
                epoch = (step + 1) // 2
                yield {"event": "step", "step": step, "epoch": epoch, "loss": 1 / step, "lr": 0.1, "seconds": 0.1}
                asked["last"] = step
                if step % 2 == 0:
                    yield {"event": "epoch", "epoch": epoch, "train_loss": 0.5, "val_loss": 0.25, "val_accuracy": 0.75}
        except KeyboardInterrupt:
            asked["saved"] = True
            raise
        yield {"event": "end", "model": str(run_dir / "model.safetensors"), "test_accuracy": 0.5}

    fake("fit", fit=fit)
    return asked


def test_a_fit(fitcli, engine, here):
    outcome = fitcli("train", "tiny.yaml", "--set", "fit.epochs=2", "--threads", 2)
    assert outcome.code == 0
    assert str(engine["run"]) == "runs/tiny-1" and engine["spec"].fit.epochs == 2
    assert (engine["threads"], engine["resume"], engine["debug"]) == (2, False, False)
    assert len(engine["splits"].train) == 20
    assert "step 1/4  loss 1.0000" in outcome.err and "epoch 2/2  train loss 0.5000" in outcome.err
    assert "75.00 %" in outcome.out and "50.00 %" in outcome.out and "run directory: runs/tiny-1" in outcome.out
    command = shlex.split(outcome.out.splitlines()[-1])
    assert command[:3] == ["fitcli", "predict", "runs/tiny-1"] and (here / command[3]).is_file()


def test_a_second_fit_is_a_second_run(fitcli, engine, here):
    assert fitcli("train", "tiny.yaml").code == fitcli("train", "tiny.yaml").code == 0
    assert sorted(os.listdir("runs")) == ["tiny-1", "tiny-2"]


def test_quiet_prints_the_run_directory_alone(fitcli, engine, here):
    outcome = fitcli("train", "tiny.yaml", "-q")
    assert (outcome.code, outcome.out, outcome.err) == (0, "runs/tiny-1\n", "")


def test_other_data_and_debug(fitcli, engine, here):
    (here / "photos").rename(here / "moved")
    assert fitcli("train", "tiny.yaml").code == 3
    assert fitcli("train", "tiny.yaml", "--data", "moved", "--debug").code == 0
    assert engine["spec"].data.path == str(here / "moved") and engine["debug"] is True


def test_log_prediction(fitcli, engine, here):
    assert fitcli("train", "tiny.yaml").code == 0 and engine["log_prediction"] is False
    assert fitcli("train", "tiny.yaml", "--log-prediction").code == 0 and engine["log_prediction"] is True


def test_out(fitcli, engine, here):
    assert fitcli("train", "tiny.yaml", "--out", "mine").code == 0
    outcome = fitcli("train", "tiny.yaml", "--out", "mine")
    assert outcome.code == 6 and outcome.out == ""
    assert "--out mine: it holds a run already; nothing is overwritten" in outcome.err
    assert "fitcli train --resume mine" in outcome.err
    assert os.listdir("mine") == ["spec.yaml"] and not os.path.exists("runs")


def test_a_wrong_out_is_told_before_the_images_are_read(fitcli, engine, here):
    (here / "photos" / "cat" / "1.png").write_bytes(b"no image")
    outcome = fitcli("train", "tiny.yaml", "--out", "photos")
    assert outcome.code == 6 and "--out photos: it is not empty" in outcome.err


def test_resume(fitcli, engine, here):
    fitcli("train", "tiny.yaml")
    for args in (["--resume", "runs/tiny-1"], ["tiny.yaml", "--resume", "runs/tiny-1"]):
        outcome = fitcli("train", *args, "--set", "fit.epochs=40")
        assert outcome.code == 0 and engine["resume"] is True and engine["spec"].fit.epochs == 40
        assert str(engine["run"]) == "runs/tiny-1"
    assert os.listdir("runs") == ["tiny-1"]


def test_mistakes_of_the_command_line(fitcli, engine, here):
    outcome = fitcli("train")
    assert outcome.code == 2 and "SPEC is missing" in outcome.err and outcome.err.endswith("  try: fitcli train SPEC, or fitcli train --resume RUN\n")
    outcome = fitcli("train", "--resume", "runs/x", "--out", "y")
    assert outcome.code == 2 and "leave out --out" in outcome.err
    outcome = fitcli("train", "--resume", "runs/x")
    assert outcome.code == 6 and "runs/x: no such run directory" in outcome.err
    assert "run" not in engine


def test_bad_data_leaves_no_run(fitcli, engine, here):
    (here / "photos" / "cat" / "1.png").write_bytes(b"no image")
    outcome = fitcli("train", "tiny.yaml")
    assert outcome.code == 3 and "cat/1.png" in outcome.err and outcome.out == ""
    assert not os.path.exists("runs") and "run" not in engine
    outcome = fitcli("train", "tiny.yaml", "--set", "data.on_error=skip")
    assert outcome.code == 0 and "warning: " in outcome.err and "cat/1.png" in outcome.err


def test_a_fit_that_never_begins_leaves_no_run(fitcli, engine, here):
    engine["error"] = "at once"
    outcome = fitcli("train", "tiny.yaml")
    assert outcome.code == 2 and "error: tiny.yaml:2: does not fit" in outcome.err
    assert os.listdir("runs") == []


def test_a_diverged_fit(fitcli, engine, here):
    engine["error"] = DivergedError("the loss is NaN in step 3")
    outcome = fitcli("train", "tiny.yaml")
    assert outcome.code == 4 and "error: the loss is NaN in step 3" in outcome.err and outcome.out == ""
    assert os.path.exists("runs/tiny-1/spec.yaml")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_saves_after_the_step_and_says_how_to_go_on(fitcli, engine, here, number):
    engine["signal"] = number
    outcome = fitcli("train", "tiny.yaml")
    assert outcome.code == 130 and outcome.out == ""
    assert engine["saved"] and engine["last"] == 1  # the generator was stopped at the event of step 2
    assert "stopping after this step" in outcome.err
    assert outcome.err.rstrip().endswith("interrupted; to go on: fitcli train --resume runs/tiny-1")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("begun", [True, False])
def test_a_fit_that_the_disk_stops_says_how_to_go_on(fitcli, fake, here, begun):
    def fit(spec, splits, run_dir, **options):
        (run_dir / "checkpoints").mkdir()
        (run_dir / "checkpoints" / "step-00000003.safetensors").touch()
        if begun:
            yield {"event": "step", "step": 3}
        raise ModelFileError("cannot write x: the disk is full")

    fake("fit", fit=fit)
    outcome = fitcli("train", "tiny.yaml")
    assert outcome.code == 6 and "error: cannot write x: the disk is full" in outcome.err
    told = "stopped; the last checkpoint is there, to go on: fitcli train --resume runs/tiny-1\n"
    assert (told in outcome.err) == begun


def test_an_interrupt_before_anything_is_saved(fitcli, fake, here):
    def fit(*_, **__):
        raise KeyboardInterrupt
        yield

    fake("fit", fit=fit)
    outcome = fitcli("train", "tiny.yaml")
    assert outcome.code == 130 and "interrupted; nothing was saved yet" in outcome.err
    assert os.listdir("runs") == []


def test_a_terminal_gets_a_bar_and_stdout_the_results(fitcli, engine, here, terminal):
    shown = terminal()
    outcome = fitcli("train", "tiny.yaml")
    assert outcome.code == 0 and "run directory: runs/tiny-1" in outcome.out
    assert "epoch 2/2" in shown.getvalue() and "run directory" not in shown.getvalue()


def test_several_classes_an_image_from_list_to_answers(fitcli, tagged):
    outcome = fitcli("train", "tags.yaml", "--set", "fit.epochs=2", "--set", "fit.early_stopping.metric=val_map",
                     "--set", "fit.calibrate=true", "--set", "data.split.val=0.3")  # fmt: skip
    assert outcome.code == 0 and "val mAP" in outcome.err and "mAP" in outcome.out
    run = "runs/tags-2"
    assert json.loads(fitcli("evaluate", run, "--split", "val", "--json").out)["classes"] == ["cat", "dog", "old"]
    assert "labels" in json.loads(fitcli("predict", run, "photos/cat/1.png", "--format", "json").out)[0]
    for overrides, told in ((["loss=kl"], "kl wants one class an image"), (["fit.sampler=balanced"], "every class")):
        outcome = fitcli("train", "tags.yaml", "--set", *overrides)
        assert outcome.code == 2 and told in outcome.err
