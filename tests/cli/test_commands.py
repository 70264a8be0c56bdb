import click

from fitcli.cli import cli
from fitcli.cli.commands import commands_of


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
