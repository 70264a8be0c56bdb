"""The README is tied to what it speaks of: commands, options, spec keys, and what CI runs."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import click
import pytest

from fitcli.cli import cli
from fitcli.data.settings import DataSettings, ImageSettings, SplitSettings
from fitcli.spec import FitSettings, parse_spec

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = cli.list_commands(click.Context(cli))


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def inner_commands() -> list[str]:
    groups = {name: cli.get_command(click.Context(cli), name) for name in COMMANDS}
    return [f"{name} {inner}" for name, group in groups.items() if isinstance(group, click.Group)
            for inner in group.list_commands(click.Context(group))]  # fmt: skip


@pytest.mark.parametrize("name", [*COMMANDS, *inner_commands()])
def test_every_command_is_in_the_readme(name):
    assert f"fitcli {name}" in README


def test_every_command_of_the_readme_exists_with_its_options():
    lines = re.findall(r"(?:^|[`\s])fitcli ([a-z]+)\b([^`\n|]*)", README)
    named = [(name, rest) for name, rest in lines if not name.startswith("is")]
    assert len(named) > 10
    for name, rest in named:
        assert name in COMMANDS, name
        command = cli.get_command(click.Context(cli), name)
        if isinstance(command, click.Group) and rest.split():
            command = command.get_command(click.Context(command), rest.split()[0])
        assert command is not None, (name, rest)
        known = {o for p in command.params for o in p.opts}
        for option in re.findall(r"(?<=\s)--[a-z-]+", rest):
            assert option in known, f"fitcli {name} {option}"


def test_the_spec_in_the_readme_is_one():
    specs = [text for text in blocks("yaml") if "model:" in text]
    assert specs
    for text in specs:
        parse_spec(text, name="README.md", base_dir=str(ROOT))


@pytest.mark.parametrize("settings", [DataSettings, FitSettings, ImageSettings, SplitSettings])
def test_every_key_of_a_section_is_told(settings):
    for field in fields(settings):
        assert f"`{field.name}`" in README, field.name


def test_ci_runs_the_test_command_of_the_readme():
    run = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "<!-- the tests -->" in run and "README.md" in run
    (command,) = re.findall(r"<!-- the tests -->\n```sh\n(.*?)\n```\n", README, re.DOTALL)
    assert ".[test]" in command and "pytest" in command


def test_the_main_command_trains_the_embedded_data():
    (command,) = re.findall(r"<!-- the main job -->\n```sh\n(.*?)\n```\n", README, re.DOTALL)
    spec = re.search(r"fitcli train (\S+)", command)[1]
    assert (ROOT / spec).is_file()


def test_pictures_and_files_of_the_readme_are_there():
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_layer_in_the_readme_can_be_added_as_it_stands(tmp_path):
    (code,) = blocks("python")
    path = re.match(r"# (\S+)\n", code)[1]
    shutil.copytree(ROOT / "fitcli", tmp_path / "fitcli", ignore=shutil.ignore_patterns("__pycache__"))
    assert not (tmp_path / path).exists()
    (tmp_path / path).write_text(code, "utf-8")
    name = Path(path).stem
    spec = f"data: {{path: nowhere, image: {{size: 5, channels: 1}}}}\nmodel: [flatten, dense: 6, {name}, dense: classes]\n"
    (tmp_path / "new.yaml").write_text(spec)
    (tmp_path / "slip.yaml").write_text(spec.replace(name, name[:-1]))

    def fitcli(*args):
        command = [sys.executable, "-m", "fitcli", *args]
        environment = os.environ | {"PYTHONPATH": str(tmp_path)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)

    assert fitcli("layers", name).returncode == 0
    assert f"try: {name}" in fitcli("summary", "slip.yaml").stderr
    checked = fitcli("gradcheck", "new.yaml")
    assert checked.returncode == 0, checked.stderr
    assert f"2.{name}" in checked.stdout and "verdict: CORRECT" in checked.stdout
