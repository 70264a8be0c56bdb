"""Fixtures that every test may use."""

from __future__ import annotations

from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def fitcli(capsys):
    """Run a command line in this process: fitcli("predict", run, image) -> Outcome(code, out, err)."""
    from fitcli.cli import main

    def run(*args: object) -> Outcome:
        capsys.readouterr()
        code = main([str(arg) for arg in args])
        return Outcome(code, *capsys.readouterr())

    return run
