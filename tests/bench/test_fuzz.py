"""A sample of the long test: `python tests/bench/fuzz.py` damages 2,000 files."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("fuzz.py")


def test_nothing_goes_wrong():
    done = subprocess.run([sys.executable, str(SCRIPT), "--count", "40"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "0 of 40 went wrong"


def test_damage_is_seeded_and_damages(bench):
    damaged = bench("fuzz").damaged
    data = bytes(range(256))
    found = [damaged(data, random.Random(seed)) for seed in range(50)]
    assert found == [damaged(data, random.Random(seed)) for seed in range(50)]
    assert sum(other != data for other in found) > 45 and len({len(other) for other in found}) > 20


@pytest.mark.parametrize("error", [RuntimeError("boom"), RecursionError("deep")])
def test_an_error_that_nobody_expects_is_wrong(bench, tmp_path, monkeypatch, error):
    fuzz = bench("fuzz")

    def fail(folder):
        raise error

    monkeypatch.setattr(fuzz, "load_latest", fail)
    code, told = fuzz.answer("checkpoint", tmp_path, tmp_path)
    assert code == -1 and "Traceback" in told and code not in fuzz.ALLOWED["checkpoint"]


def test_whole_files_are_taken(bench, tmp_path):
    fuzz = bench("fuzz")
    for kind, group in fuzz.prepare(tmp_path).items():
        for path, _ in group:
            assert fuzz.answer(kind, path, tmp_path)[0] == 0, path
