import pytest

from fitcli.cli.verdicts import complaints, short, show_mutations, show_verdicts, slopes

ROW = {
    "name": "1.dense", "op": "dense", "verdict": "CORRECT", "jvp": 1e-10, "vjp": None, "transpose": 0.0,
    "order": [1.0, "exact", None], "findings": [],
}  # fmt: skip
FINDING = {
    "map": "vjp", "block": "1.dense.weight", "index": (3, 2), "output": (), "expected": 1.5, "got": -1.5, "error": 2.0,
}  # fmt: skip
MUTATION = {
    "op": "dense", "mutation": "sign", "least": 2.0, "planted": 1200, "caught": 1199,
    "by_transpose": 1199, "by_differences": 600,
}  # fmt: skip
OP = {"op": "dense", "planted": 1200, "caught": 1199, "smallest_one": 1e-9, "smallest_both": float("inf")}


@pytest.fixture
def shown(capsys):
    """shown(function, result) -> the lines on stdout."""

    def run(show, result):
        show(result)
        out, err = capsys.readouterr()
        assert err == ""
        return out.splitlines()

    return run


def result(*rows, **more):
    return {"verdict": "CORRECT", "seconds": 1.25, "layers": list(rows), **more}


@pytest.mark.parametrize(
    ("x", "text"), [(None, "-"), (0.0, "0"), (1.26e-10, "1e-10"), (0.5, "5e-01"), (float("nan"), "nan")]
)
def test_short(x, text):
    assert short(x) == text


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ([1.0, 1.996, 3.0], "1.00 2.00 3.00"),
        ([1.0, "exact", None], "1.00 exact -"),
        (["~2.00"], "~2.00"),
        ([], "-"),
        (None, "-"),
    ],
)
def test_slopes(order, text):
    assert slopes(order) == text


def test_a_row_a_layer_then_the_loss(shown):
    rows = [ROW | {"float32": {"gradient": 3e-7}}, ROW | {"name": "2.tanh", "verdict": "WRONG"}]
    lines = shown(show_verdicts, result(*rows, loss=ROW | {"name": "whole model"}))
    cells = [line.split() for line in lines]
    assert cells[0] == ["layer", "verdict", "push", "pull", "transpose", "slopes", "float32"]
    assert cells[2:5] == [
        ["1.dense", "CORRECT", "1e-10", "-", "0", "1.00", "exact", "-", "3e-07"],
        ["2.tanh", "WRONG", "1e-10", "-", "0", "1.00", "exact", "-", "-"],
        ["whole", "model", "CORRECT", "1e-10", "-", "0", "1.00", "exact", "-", "-"],
    ]
    assert lines[-1] == "verdict: CORRECT (1.2 s)"


def test_what_was_not_done_is_not_told(shown):
    out = "\n".join(shown(show_verdicts, result(ROW)))
    assert not any(word in out for word in ("recorded program", "cosine", "Jacobian", "note:"))


def test_the_recorded_program_by_its_worst_case(shown):
    cases = [{"gradient": 3e-15}, {"gradient": 7e-9}, {"gradient": 0.0}]
    lines = shown(show_verdicts, result(ROW, program={"verdict": "WRONG", "cases": cases}))
    assert "recorded program: WRONG, its gradient off by 7e-09 (batch cut 3 ways, 1 and 2 workers)" in lines


def test_cosine_coordinates(shown):
    found = {"verdict": "CORRECT", "loss": 0.0, "direction": 1e-12, "gradient": 2e-11, "descent": 3e-10, "adam": 0.123}
    lines = shown(show_verdicts, result(ROW, coordinates=found))
    at = lines.index(
        "image in cosine coordinates: CORRECT, loss off by 0, derivative by 1e-12, gradient by 2e-11 (differences);"
    )
    assert lines[at + 1] == "  the path of gradient descent moves by 3e-10 of its length, Adam's by 0.12"


def test_jacobians_and_those_that_are_too_large(shown):
    good = {"name": "1.dense", "rows": 3, "columns": 1200, "verdict": "CORRECT"}
    good |= {"push_pull": 1e-16, "push_differences": 2e-9}
    large = {"name": "0.conv", "rows": 30_000, "columns": 40_000, "verdict": None}
    lines = shown(show_verdicts, result(ROW, jacobians=[good, large]))
    assert "Jacobian of 1.dense: CORRECT, 3 × 1,200, push − pull 1e-16, push − differences 2e-09" in lines
    assert "Jacobian of 0.conv: 30,000 × 40,000 is too large" in lines


def test_complaints_name_the_entry():
    entry = FINDING | {"map": "jvp", "output": (0, 4)}
    row = ROW | {"reason": "it gives two answers for one input", "findings": [FINDING, entry]}
    assert complaints(row) == [
        "1.dense: it gives two answers for one input",
        "1.dense: vjp at 1.dense.weight[3, 2]: expected 1.5, got -1.5 (off by 2.0e+00)",
        "1.dense: jvp at 1.dense.weight[3, 2] → output[0, 4]: expected 1.5, got -1.5 (off by 2.0e+00)",
    ]
    assert complaints(ROW) == []


def test_complaints_about_directions_that_differences_cannot_settle():
    kink = {"block": "1.dense.weight", "verdict": "KINK", "differences_resolve": None}
    noise = {"block": "", "verdict": "NOISE", "differences_resolve": 3e-2}
    assert complaints(ROW | {"unsettled": [kink, noise]}) == [
        "1.dense: a direction in 1.dense.weight could not be settled by differences: kinks in every step",
        "1.dense: a direction in all tensors together could not be settled by differences: "
        "differences see 3e-02 of it at best",
    ]


def test_the_complaints_of_every_row_are_shown_with_the_note(shown):
    rows = [ROW | {"reason": "first"}, ROW | {"name": "2.tanh", "reason": "second"}]
    lines = shown(show_verdicts, result(*rows, loss=ROW | {"name": "loss", "reason": "third"}, note="of \x1b[31mred"))
    assert lines[-5:-2] == ["1.dense: first", "2.tanh: second", "loss: third"]
    assert lines[-2:] == [r"note: of \x1b[31mred", "verdict: CORRECT (1.2 s)"]


def test_mutations(shown):
    missed = {"op": "dense", "mutation": "sign", "block": "1.dense.bias", "where": "pull", "size": 2e-6}
    found = {"verdict": "MISSED", "smallest": 3e-7, "note": "a\tb"}
    found |= {"ops": [OP], "mutations": [MUTATION], "missed": [missed]}
    lines = shown(show_mutations, found)
    cells = [line.split() for line in lines]
    assert ["dense", "sign", "2e+00", "1,200", "1,199", "1,199", "600"] in cells
    assert ["dense", "1,200", "1,199", "1", "+", "1e-09", "none"] in cells
    assert lines[-3:] == [
        "missed: sign in dense, 1.dense.bias, pull: size 2.0e-06",
        r"note: a\tb",
        "verdict: MISSED; the smallest relative error that is caught everywhere: 3e-07",
    ]
