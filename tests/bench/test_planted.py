"""A sample of the long test: `python tests/bench/planted.py` plants errors into every op."""

import pytest
from click.testing import CliRunner


@pytest.fixture
def planted(bench):
    return bench("planted")


def test_every_op_of_the_catalogue_is_found(planted):
    found = planted.nodes()
    assert planted.missing(found) == set() and {"conv2d", "hardswish", "penalty", "upsample_bilinear"} <= set(found)
    assert "flatten" not in found and planted.missing(set(found) - {"tanh"}) == {"tanh"}


def test_every_error_is_caught(planted):
    done = CliRunner().invoke(planted.main, ["--op", "hardswish", "--op", "penalty", "--op", "layernorm"])
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.stdout.splitlines()]
    assert any(line[:4] == ["hardswish", "one", "entry", "1.01"] and line[5:] == ["3", "3", "2", "3"] for line in lines)
    assert lines[-1][:2] == ["verdict:", "CAUGHT;"]


def test_what_is_missed_ends_in_1(planted, monkeypatch):
    monkeypatch.setattr("fitcli.autodiff.check.judge._plateau", lambda *args: None)
    done = CliRunner().invoke(planted.main, ["--op", "tanh"])
    assert done.exit_code == 1 and "missed: sign in tanh, input, both" in done.stdout


def test_an_op_that_is_not_there(planted):
    done = CliRunner().invoke(planted.main, ["--op", "tanhh"])
    assert done.exit_code == 2 and "no spec has tanhh; there are adaptiveavgpool, add, " in done.stderr
