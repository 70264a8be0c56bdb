import errno

import click
import pytest

from fitcli.cli import cli
from fitcli.cli.unexpected import command_of, unexpected

NUMPY = "Unable to allocate 3.00 GiB for an array with shape (1024, 1024, 1024, 3) and data type uint8"
LESS_SPEC = "smaller images, as in --set data.image.size=64, or a smaller batch, as in --set fit.batch=8"
LESS_MODEL = "--threads 1, or end other programs"


@pytest.mark.parametrize(
    ("words", "module", "function", "hint"),
    [
        (["predict", "runs/tiny-1", "photos"], "fitcli.engine.findimages", "find_images", LESS_MODEL),
        (["evaluate", "runs/tiny-1"], "fitcli.data.load", "load_split", LESS_MODEL),
        (["linearize", "runs/tiny-1", "photos/cat/1.png"], "fitcli.engine.restore", "restore_model", "end other programs"),
        (["gradcheck", "tiny.yaml"], "fitcli.engine.gradcheck", "gradcheck", LESS_SPEC),
        (["summary", "tiny.yaml"], "fitcli.engine.summary", "summarize", LESS_SPEC),
        (["lr", "tiny.yaml"], "fitcli.data.load", "load_splits", LESS_SPEC),
        (["data", "check", "photos"], "fitcli.data.check.report", "check", LESS_SPEC),
        (["data", "show", "tiny.yaml"], "fitcli.data.load", "load_split", LESS_SPEC),
        (["new", "photos"], "fitcli.data.survey", "survey", "end other programs"),
    ],
)
def test_too_little_memory_is_told_by_every_command(fitcli, run, monkeypatch, words, module, function, hint):
    def fail(*_, **__):
        raise MemoryError(NUMPY)

    monkeypatch.setattr(f"{module}.{function}", fail)
    outcome = fitcli(*words)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == f"error: not enough memory: {NUMPY}\n  try: {hint}\n"


@pytest.mark.parametrize(
    ("error", "told", "code"),
    [
        (MemoryError(), "not enough memory", 1),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "not enough memory", 1),
        (RuntimeError("can't start new thread"), "no thread can be started: there is too little memory", 1),
        (RuntimeError("x"), "this is a bug in fitcli: RuntimeError: x", 1),
        (OSError(errno.EIO, "Input/output error", "/a"), "/a: Input/output error", 6),
    ],
)
def test_what_is_told(error, told, code):
    problem, found = unexpected(error, None)
    assert problem.message.startswith(told) and found == code


def test_a_bug_with_its_traceback_is_sent_as_it_is(monkeypatch):
    monkeypatch.setenv("FITCLI_TRACEBACK", "1")
    assert unexpected(ZeroDivisionError("x"), None)[0].hint == "send all of this to the makers of fitcli"


def test_the_command_of_a_line():
    assert command_of(cli, ["data", "show", "x.yaml"]).name == command_of(cli, ["data", "show"]).name
    assert {p.name for p in command_of(cli, ["predict", "a", "b"]).params} >= {"model", "threads"}
    assert isinstance(command_of(cli, ["data"]), click.Group)
    assert command_of(cli, ["tarin", "x"]) is command_of(cli, ["--help"]) is command_of(cli, []) is None
