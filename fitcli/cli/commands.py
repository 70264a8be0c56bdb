"""Commands found by the files of a folder: `name.py`, or a folder `name` with commands of its own."""

from __future__ import annotations

import importlib
import shlex
from pathlib import Path

import click

from fitcli.errors import Problem
from fitcli.registry import nearest


class Commands(click.Group):
    """The files of a package as commands; each is imported when it is called."""

    package: str

    def _folder(self) -> Path:
        return Path(__file__).parent.joinpath(*self.package.split(".")[2:])

    def list_commands(self, ctx: click.Context) -> list[str]:
        folder = self._folder()
        packages = [path.parent for path in folder.glob("[!_]*/__init__.py")]
        found = {path.stem for path in (*folder.glob("[!_]*.py"), *packages)}
        return [name for name in sorted(found) if self.get_command(ctx, name)]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        folder = self._folder()
        there = (folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file()
        if not name.isidentifier() or not there:
            return None
        return getattr(importlib.import_module(f"{self.package}.{name}"), "command", None)

    def resolve_command(self, ctx: click.Context, args: list[str]):
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-") and not ctx.resilient_parsing:
            near = nearest(name, self.list_commands(ctx))
            path = ctx.command_path
            hint = f"did you mean `{path} {near}`?" if near else f"`{path} --help` lists the commands"
            ctx.fail(f"there is no command {name!r}; {hint}")
        return super().resolve_command(ctx, args)


def commands_of(package_name: str) -> type[Commands]:
    """The group of the commands in a package such as "fitcli.cli.data"."""
    return type("PackageCommands", (Commands,), {"package": package_name})


def missing(error: click.MissingParameter, typed: list[str]) -> Problem:
    """What the command line `typed` lacks; to try: the same with the names of all arguments that are still to come."""
    wanted = [p for p in error.ctx.command.params if isinstance(p, click.Argument) and p.required]
    if error.param not in wanted:
        return Problem(error.format_message(), hint=f"{error.ctx.command_path} --help")
    names = [p.human_readable_name for p in wanted[wanted.index(error.param) :]]
    what = f"{names[0].removesuffix('...')} is missing"
    return Problem(what, hint=" ".join([shlex.join(["fitcli", *typed]), *names]))
