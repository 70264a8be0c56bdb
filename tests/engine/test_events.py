from fitcli.engine.events import epoch_event, start_event, step_event
from fitcli.engine.keep import Progress
from fitcli.engine.trainer import Step


def test_the_start(trainer_of):
    event = start_event(trainer_of(threads=2), 12, 26, ["careful"])
    assert event == {
        "event": "start", "steps": 12, "epochs": 3, "parameters": 119, "images": 26, "classes": ["ant", "bee", "cow"],
        "threads": 2, "resumed_at": 0, "warnings": ["careful"],
    }  # fmt: skip


def test_a_step_and_what_more_it_has_to_tell():
    event = step_event(7, 1, Step(0.5, 3, 2.5, {"ratio": 0.9}), 0.01, 0.2)
    assert event == {
        "event": "step", "step": 7, "epoch": 2, "loss": 0.5, "lr": 0.01, "grad_norm": 2.5, "seconds": 0.2, "ratio": 0.9,
    }  # fmt: skip


def test_an_epoch_is_the_mean_over_its_images():
    event = epoch_event(8, 1, Progress(loss=13.0, correct=20, seconds=2.0), 26)
    assert event == {
        "event": "epoch", "epoch": 2, "step": 8, "train_loss": 0.5, "train_accuracy": 20 / 26, "seconds": 2.0,
        "images_per_s": 13.0,
    }  # fmt: skip
