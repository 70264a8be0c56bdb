import click
import pytest

from fitcli.cli import cli
from fitcli.cli.commands import commands_of, missing


def test_files_and_folders_with_a_command_are_commands():
    names = cli.list_commands(click.Context(cli))
    assert {"train", "data"} <= set(names) and not {"output", "options", "commands", "init"} & set(names)
    group = cli.get_command(click.Context(cli), "data")
    assert "check" in group.list_commands(click.Context(group))
    assert group.get_command(click.Context(group), "check").help.startswith("Look at every image")


def test_other_names_are_none():
    for name in ("../cli", "output", "", "a b", "__init__"):
        assert cli.get_command(click.Context(cli), name) is None


def test_a_group_of_another_package():
    group = commands_of("fitcli.cli.data")("data")
    assert group.get_command(click.Context(group), "check") is not None
    assert group.get_command(click.Context(group), "train") is None


@pytest.mark.parametrize(
    ("words", "name", "to_type"),
    [
        (["predict", "runs/a b"], "IMAGE", "fitcli predict 'runs/a b' IMAGE..."),
        (["predict", "--top", "3"], "MODEL", "fitcli predict --top 3 MODEL IMAGE..."),
        (["compare"], "RUN|SPEC", "fitcli compare RUN|SPEC..."),
        (["data", "check", "--json"], "PATH|SPEC", "fitcli data check --json PATH|SPEC"),
    ],
)
def test_a_missing_argument_says_what_to_type(fitcli, words, name, to_type):
    outcome = fitcli(*words)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", f"error: {name} is missing\n  try: {to_type}\n")


def test_a_missing_option_is_told_too():
    ctx = click.Context(click.Command("x"), info_name="fitcli")
    option = click.Option(["--rate"], required=True)
    problem = missing(click.MissingParameter(ctx=ctx, param=option), ["x"])
    assert "--rate" in problem.message and problem.hint == "fitcli --help"
