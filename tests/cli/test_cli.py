"""The shell itself: commands found by file name, errors and exit codes."""

import errno
import importlib.util
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import fitcli as package
from fitcli.cli import cli
from fitcli.errors import DataError, DerivativeError, DivergedError, ModelFileError, Problem, SpecError

FOLDER = Path(package.__file__).parent / "cli"
FILES = [*FOLDER.glob("*.py"), *FOLDER.glob("*/__init__.py")]
COMMANDS = sorted(
    file.parent.stem if file.stem == "__init__" else file.stem
    for file in FILES
    if re.search(r"^(def command\(|command = )", file.read_text("utf-8"), re.MULTILINE)
)
HEAVY = ["numpy", "numba", "PIL", "pydantic", "matplotlib", "rich", "yaml", "safetensors"]


@pytest.fixture
def failing(fitcli, fake, here):
    """Run a command whose engine raises."""

    def run(error):
        def summarize(spec):
            raise error

        fake("summary", summarize=summarize)
        return fitcli("summary", "tiny.yaml")

    return run


def test_help_lists_every_command_with_its_line(fitcli):
    outcome = fitcli("--help")
    assert outcome.code == 0 and outcome.err == ""
    listed = outcome.out.split("Commands:\n")[1].strip().splitlines()
    assert [line.split()[0] for line in listed] == COMMANDS
    for line in listed:
        assert line.endswith(".") and "..." not in line
    assert fitcli("-h").out == outcome.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(fitcli, name):
    outcome = fitcli(name, "-h")
    assert outcome.code == 0
    assert f"\n  fitcli {name} " in outcome.out
    command = cli.get_command(click.Context(cli), name)
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_version(fitcli):
    assert fitcli("--version").out == f"fitcli {package.__version__}\n"


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["train", "--help"], ["tarin"]])
def test_nothing_heavy_is_imported_for_help(args):
    code = f"import sys, fitcli.cli; fitcli.cli.main({args}); print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=os.getcwd())
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_an_unknown_command(fitcli):
    outcome = fitcli("tarin", "x.yaml")
    assert outcome.code == 2 and outcome.out == ""
    assert "error: there is no command 'tarin'; did you mean `fitcli train`?" in outcome.err


@pytest.mark.parametrize("name", ["xyz", "output", "__init__", "../cli/train", "train.py", "a\x1b[31mb"])
def test_files_that_are_no_commands(fitcli, name):
    outcome = fitcli(name)
    assert outcome.code == 2 and "there is no command" in outcome.err and "\x1b" not in outcome.err


def test_mistakes_of_the_command_line(fitcli):
    for args, told in [
        (["train", "--epochs", "3", "x"], "No such option"),
        (["predict", "m", "x", "--format", "xml"], "xml"),
        (["time", "x", "--steps", "0"], "0"),
        (["predict", "m", "--top"], "requires an argument"),
        (["--nonsense"], "--nonsense"),
    ]:
        outcome = fitcli(*args)
        assert outcome.code == 2 and outcome.out == ""
        assert "error: " in outcome.err and told in outcome.err and "--help" in outcome.err


def test_no_command_shows_the_help(fitcli):
    outcome = fitcli()
    assert "Commands:" in outcome.out + outcome.err and "error:" not in outcome.err


@pytest.mark.parametrize(
    ("error", "code"), [(SpecError, 2), (DataError, 3), (DivergedError, 4), (DerivativeError, 5), (ModelFileError, 6)]
)
def test_all_problems_are_told_with_the_exit_code_of_their_kind(failing, error, code):
    outcome = failing(error(Problem("is wrong", "a.yaml:3", "fit.lr", allowed="> 0", hint="0.1"), "so is this\x1b[2J"))
    assert outcome.code == code and outcome.out == ""
    assert outcome.err == "error: a.yaml:3: fit.lr: is wrong\n  allowed: > 0\n  try: 0.1\nerror: so is this\\x1b[2J\n"


def test_an_interrupt(failing):
    assert failing(KeyboardInterrupt()).code == 130


def test_a_bug_is_told_in_short(failing, monkeypatch):
    outcome = failing(ZeroDivisionError("by\x1b zero"))
    assert outcome.code == 1 and outcome.out == ""
    assert outcome.err.startswith("error: this is a bug in fitcli: ZeroDivisionError: by\\x1b zero\n")
    assert "FITCLI_TRACEBACK=1" in outcome.err and "Traceback" not in outcome.err


def test_what_the_system_refuses_is_no_bug(failing):
    outcome = failing(OSError(5, "Input/output error", "/gone/a\x1b.yaml"))
    assert (outcome.code, outcome.out, outcome.err) == (6, "", "error: /gone/a\\x1b.yaml: Input/output error\n")
    assert failing(OSError(28, "No space left on device")).err == "error: the system: No space left on device\n"
    assert failing(PermissionError(13, "Permission denied", b"\xff")).err == "error: \\udcff: Permission denied\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_results_that_cannot_be_written():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([sys.executable, "-m", "fitcli", "--help"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 6 and done.stderr == "error: the system: No space left on device\n"


def test_the_traceback_on_request(failing, monkeypatch):
    monkeypatch.setenv("FITCLI_TRACEBACK", "1")
    outcome = failing(ZeroDivisionError("by zero"))
    assert outcome.code == 1 and "Traceback" in outcome.err and "ZeroDivisionError: by zero" in outcome.err
    outcome = failing(DataError("bad"))
    assert outcome.code == 3 and "Traceback" in outcome.err and outcome.err.endswith("error: bad\n")


def test_a_reader_that_goes_away():
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run([sys.executable, "-m", "fitcli", "--help"], stdout=closed, stderr=subprocess.PIPE)
    assert done.stderr == b"" and done.returncode == 141


def test_a_pipe_that_breaks_in_the_middle(failing):
    outcome = failing(BrokenPipeError(errno.EPIPE, "Broken pipe"))
    assert outcome.code == 141 and outcome.err == ""


def test_letters_that_the_terminal_lacks(here):
    code = "import sys, fitcli.cli; sys.exit(fitcli.cli.main(['train', 'été.yaml']))"
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(package.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=env)
    assert done.returncode == 2 and b"\\xe9t\\xe9.yaml: there is no such file" in done.stderr


@pytest.mark.parametrize(
    ("module", "function", "args", "options"),
    [
        ("fit", "fit", ["spec", "splits", "run"], {"threads": 1, "resume": True, "debug": True}),
        ("predict", "predict", ["model", "paths"], {"threads": 1}),
        ("evaluate", "evaluate", ["model", "dataset"], {"threads": 1}),
        ("gradcheck", "gradcheck", ["spec", 0], {}),
        ("summary", "summarize", ["spec"], {}),
        ("timing", "time_steps", ["spec", 30, 1], {}),
    ],
)
def test_the_engine_is_what_the_commands_call(module, function, args, options):
    """The other tests of the commands replace the engine; this one holds them to what it is."""
    if importlib.util.find_spec(f"fitcli.engine.{module}") is None:
        pytest.skip("not written yet")
    real = getattr(importlib.import_module(f"fitcli.engine.{module}"), function)
    inspect.signature(real).bind(*args, **options)
