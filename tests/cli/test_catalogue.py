"""What the commands that show registries share."""

import json

import pytest

NAMES = {"layers": "conv", "losses": "mse", "optimizers": "sgd", "schedules": "cosine", "augmentations": "crop",
         "gradients": "clip_norm"}  # fmt: skip


@pytest.fixture(params=NAMES)
def plural(request):
    return request.param


def test_a_list(fitcli, plural):
    outcome = fitcli(plural)
    assert outcome.code == 0 and outcome.err == ""
    assert any(line.startswith(f"{NAMES[plural]} ") for line in outcome.out.splitlines())
    listed = json.loads(fitcli(plural, "--json").out)
    assert NAMES[plural] in [entry["name"] for entry in listed]


def test_one(fitcli, plural):
    outcome = fitcli(plural, NAMES[plural])
    assert outcome.code == 0 and outcome.err == ""
    found = json.loads(fitcli(plural, NAMES[plural], "--json").out)
    assert found["text"] in outcome.out
    for setting in found["settings"]:
        (line,) = [line for line in outcome.out.splitlines() if line.startswith(f"{setting['setting']}  ")]
        assert setting["allowed"].split(", ")[0] in line and setting["note"].split(" ")[0] in line
        assert all(word in outcome.out for word in f"{setting['allowed']} {setting['note']}".split())
        assert ("(required)" in line) is setting["required"]


def test_an_unknown_name(fitcli):
    outcome = fitcli("layers", "conw")
    assert outcome.code == 2 and outcome.out == ""
    assert "error: there is no layer 'conw'" in outcome.err and "try: conv" in outcome.err


def test_no_settings_no_table(fitcli):
    assert fitcli("layers", "relu").out.rstrip().endswith("as  relu")


def test_a_wide_table_is_wrapped_between_words(fitcli):
    lines = fitcli("layers", "attention").out.splitlines()
    assert max(map(len, lines)) <= 120
    at = next(number for number, line in enumerate(lines) if line.startswith("init  "))
    assert lines[at].split()[:4] == ["init", "xavier_uniform", "one", "of"] and lines[at].endswith("of both weights         ")
    assert lines[at + 2].split() == ["uniform,", "xavier_normal,", "xavier_uniform,", "zeros"]
