"""A sample of the long test: `python tests/bench/alarms.py` checks 200 specs."""

import subprocess
import sys
from pathlib import Path

import pytest

from fitcli.engine.gradcheck import gradcheck
from fitcli.layers import LAYERS
from fitcli.losses import LOSSES

SCRIPT = Path(__file__).with_name("alarms.py")


def names(layers):
    """Of all layers, those inside of others too."""
    for layer in layers:
        yield layer.name
        for value in vars(layer).values():
            for inner in value if isinstance(value, list) else ():
                yield from names([inner] if hasattr(inner, "name") else inner if isinstance(inner, list) else [])


def test_the_draw_covers_the_catalogue(bench):
    specs = [bench("drawn").draw(number) for number in range(len(LAYERS.names()))]
    assert {name for spec in specs for name in names(spec.model)} == set(LAYERS)
    assert {spec.loss.name for spec in specs} == set(LOSSES)


def test_the_draw_is_seeded(bench):
    draw = bench("drawn").draw
    assert draw(7) == draw(7) != draw(7, seed=1)


@pytest.mark.parametrize("number", range(1000, 1010))
def test_no_false_alarm(number, bench):
    spec = bench("drawn").draw(number)
    result = gradcheck(spec)
    assert result["verdict"] == "CORRECT", list(bench("alarms").told(result))


def test_an_alarm_is_told(bench):
    spec = bench("drawn").draw(0)
    row = {"name": "0.conv", "verdict": "WRONG", "findings": [], "reason": "two answers"}
    told = list(bench("alarms").told({"layers": [row], "program": {"verdict": "WRONG"}}))
    assert told == ["0.conv: WRONG", "0.conv: two answers", "program: {'verdict': 'WRONG'}"]
    assert bench("alarms").short(spec).startswith("model:")


def test_the_command():
    done = subprocess.run([sys.executable, str(SCRIPT), "--specs", "1"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "0 alarms over 1 specs"
