import os
import signal

import pytest

from fitcli.cli.follow import follow


def events(run, steps=3):
    (run / "spec.yaml").write_text("")
    for step in range(1, steps + 1):
        yield {"event": "step", "step": step}
    yield {"event": "end"}


@pytest.fixture
def run(tmp_path):
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


def test_every_event_is_shown_and_the_last_of_each_kind_returned(run):
    shown = []
    assert follow(events(run), run, shown.append) == {"step": {"event": "step", "step": 3}, "end": {"event": "end"}}
    assert len(shown) == 4


def test_a_signal_ends_it_after_the_step(run):
    shown = []

    def view(event):
        shown.append(event)
        if len(shown) == 2:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        follow(events(run), run, view)
    assert [event["step"] for event in shown] == [1, 2]


@pytest.mark.parametrize("last", [True, False])
def test_a_signal_at_the_end_of_a_fit(run, last):
    """It is done; but where others are to come, none of them begins."""

    def view(event):
        if event["event"] == "end":
            os.kill(os.getpid(), signal.SIGINT)

    if last:
        assert "end" in follow(events(run), run, view)
        return
    with pytest.raises(KeyboardInterrupt):
        follow(events(run), run, view, last=False)


def test_a_fit_that_never_began_leaves_no_folder(run):
    def broken():
        raise ValueError
        yield

    with pytest.raises(ValueError):
        follow(broken(), run, print)
    assert not run.exists()
