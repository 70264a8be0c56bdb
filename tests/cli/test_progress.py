import pytest

from fitcli.cli import progress
from fitcli.cli.progress import FitLines, counting, epoch_line, fit_view, images_per_step, message_of, number, percent

START = {
    "event": "start", "steps": 40, "epochs": 2, "parameters": 12345, "images": 640, "classes": 3, "threads": 2,
}  # fmt: skip


def events():
    yield START
    yield {"event": "compile", "message": "compiling \x1b kernels"}
    for step in range(1, 41):
        yield {"event": "step", "step": step, "epoch": (step + 19) // 20, "loss": 2 / step, "lr": 0.1, "seconds": 0.01}
        if step % 20 == 0:
            yield {
                "event": "epoch", "epoch": step // 20, "train_loss": 1.0, "val_loss": 0.5, "val_accuracy": 0.875,
                "seconds": 2.0,
            }  # fmt: skip
    yield {"event": "end", "model": "runs/x-1/model.safetensors"}


def test_plain_lines_outside_a_terminal(capsys):
    with fit_view(quiet=False) as view:
        assert type(view) is FitLines
        for event in events():
            view(event)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "640 images, 3 classes, 12,345 parameters, 2 epochs, 40 steps, 2 threads",
        "compiling \\x1b kernels",
        "step 1/40  loss 2.0000",
        "epoch 1/2  train loss 1.0000  val loss 0.5000  val accuracy 87.50 %  320 images/s  2.0 s",
        "epoch 2/2  train loss 1.0000  val loss 0.5000  val accuracy 87.50 %  320 images/s  2.0 s",
    ]


def test_one_of_a_thing_is_not_told_as_many(capsys):
    with fit_view(quiet=False) as view:
        view({"event": "start", "images": 640, "epochs": 1, "steps": 1, "threads": 1})
    assert capsys.readouterr().err == "640 images, 1 epoch, 1 step, 1 thread\n"


def test_a_resumed_fit_says_so(capsys):
    with fit_view(quiet=False) as view:
        view({"event": "start", "classes": ["a", "b"], "resumed_at": 1234, "warnings": ["a checkpoint is damaged\x1b"]})
    assert capsys.readouterr().err.splitlines() == [
        "warning: a checkpoint is damaged\\x1b", "2 classes, resumed after step 1,234",
    ]  # fmt: skip


def test_what_is_said_of_a_warning():
    event = {"event": "warning", "message": "it stands\x1b", "hint": "another rate"}
    assert message_of(event) == "warning: it stands\\x1b\n  try: another rate"
    assert message_of({"event": "rollback", "message": "back"}) == "back"


def test_quiet(capsys, terminal):
    shown = terminal()
    with fit_view(quiet=True) as view, counting("reading", quiet=True) as count:
        count(1, 2)
        for event in events():
            view(event)
    assert shown.getvalue() == "" and capsys.readouterr() == ("", "")


@pytest.fixture
def clock(monkeypatch):
    """Half a second for every look at the clock."""
    now = iter(range(10**6))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now) / 2)


def test_a_bar_in_a_terminal(terminal, clock):
    shown = terminal()
    with fit_view(quiet=False) as view:
        for event in events():
            view(event)
            if event["event"] == "step":
                view.bar.refresh()
    text = shown.getvalue()
    assert "compiling \\x1b kernels" in text
    assert "epoch 1/2  train loss 1.0000  val loss 0.5000" in text
    for words in ("epoch 2/2", "step 40/40", "loss 0.0500", "3,200 images/s", "left"):
        assert words in text


def test_a_bar_of_a_resumed_fit_begins_where_it_was(terminal, clock):
    terminal()
    with fit_view(quiet=False) as view:
        view(START)
        view({"event": "step", "step": 31, "epoch": 2, "loss": None})
        (task,) = view.bar.tasks
        assert (task.completed, task.total, task.fields["loss"]) == (31, 40, "-")
        assert task.fields["epoch"] == "2/2"


def test_counting(terminal, capsys):
    with counting("reading images") as count:
        count(1, 2)
    assert capsys.readouterr() == ("", "")
    shown = terminal()
    with counting("reading images") as count:
        count(1, 2)
    assert "reading images" in shown.getvalue()


def test_numbers():
    assert (number(None), number(0.12345), percent(None), percent(0.5)) == ("-", "0.1235", "-", "50.00 %")
    assert images_per_step(START) == 32
    assert images_per_step({}) == 0


def test_an_epoch_without_validation():
    assert epoch_line({"epoch": 1, "train_loss": None}, {}) == "epoch 1/?  train loss -"


def test_a_rollback_is_told(capsys):
    from fitcli.cli.progress import FitLines

    FitLines()({"event": "rollback", "message": "the fit diverged; back to step 4"})
    assert capsys.readouterr().err == "the fit diverged; back to step 4\n"


@pytest.mark.parametrize("quiet", [False, True])
def test_advice_says_what_to_try(capsys, quiet):
    """Also where progress is not wanted."""
    with fit_view(quiet) as view:
        view({"event": "warning", "kind": "stuck", "message": "it\x1bstands", "hint": "a push"})
    assert capsys.readouterr().err == "warning: it\\x1bstands\n  try: a push\n"


def test_an_epoch_of_images_of_several_classes():
    event = {"epoch": 1, "train_loss": 0.5, "val_loss": 0.25, "val_accuracy": 0.5, "val_f1": 0.75, "val_map": 0.875}
    assert epoch_line(event, {"epochs": 3}) == (
        "epoch 1/3  train loss 0.5000  val loss 0.2500  val accuracy 50.00 %  val F1 75.00 %  val mAP 87.50 %"
    )
