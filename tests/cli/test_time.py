import json

import pytest

RESULT = {
    "batch": 32, "step_ms": 1.5, "images_per_s": 21333.3, "peak_rss_mb": 120.0,
    "layers": [{"name": "1.dense", "forward_ms": 0.5, "backward_ms": 1.0, "gflops": 3.0}],
}  # fmt: skip


@pytest.fixture
def engine(fake):
    asked = {}

    def time_steps(spec, steps, threads):
        asked.update(spec=spec, steps=steps, threads=threads)
        return RESULT

    fake("timing", time_steps=time_steps)
    return asked


def test_json(fitcli, engine, here):
    outcome = fitcli("time", "tiny.yaml", "--json", "--steps", 5, "--threads", 2, "--set", "fit.batch=8")
    assert outcome.code == 0 and outcome.err == "" and json.loads(outcome.out) == RESULT
    assert (engine["steps"], engine["threads"], engine["spec"].fit.batch) == (5, 2, 8)


def test_a_table(fitcli, engine, here):
    lines = [line.split() for line in fitcli("time", "tiny.yaml").out.splitlines()]
    assert ["1.dense", "0.5", "1", "3"] in lines and ["images", "per", "s", "21,333"] in lines
    assert engine["steps"] == 30 and engine["threads"] is None
