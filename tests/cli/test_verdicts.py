import pytest

from fitcli.cli.verdicts import complaints, short, show_mutations, show_verdicts, slopes

FINDING = {
    "map": "vjp", "block": "1.dense.weight", "index": [3, 2], "output": [], "expected": 1.5, "got": -1.5, "error": 2.0,
}  # fmt: skip
ROW = {
    "name": "1.dense", "op": "dense", "verdict": "CORRECT", "jvp": 1e-10, "vjp": None, "transpose": 0.0,
    "order": [1.0, "~1.90", None], "findings": [], "unsettled": [], "float32": {"gradient": 3e-7},
}  # fmt: skip


def shown(capsys, **more):
    show_verdicts(
        {"verdict": "CORRECT", "layers": [ROW], "loss": ROW | {"name": "whole model"}, "seconds": 1.25} | more
    )
    return capsys.readouterr().out


def test_a_row_a_layer(capsys):
    lines = [line.split() for line in shown(capsys).splitlines()]
    assert ["1.dense", "CORRECT", "1e-10", "-", "0", "1.00", "~1.90", "-", "3e-07"] in lines
    assert lines[-1] == ["verdict:", "CORRECT", "(1.2", "s)"]
    assert any(line[:2] == ["whole", "model"] for line in lines)


def test_the_program_the_coordinates_and_the_note(capsys):
    program = {"verdict": "CORRECT", "cases": [{"gradient": 2e-15}, {"gradient": 3e-15}]}
    waves = {
        "verdict": "CORRECT",
        "loss": 1e-16,
        "direction": 2e-17,
        "gradient": 3e-9,
        "descent": 1e-13,
        "adam": 0.8123,
    }
    out = shown(capsys, program=program, coordinates=waves, note="2 classes \x1b[31m assumed")
    assert "recorded program: CORRECT, gradient off by 3e-15 (batch cut 2 ways, 1 and 2 workers)" in out
    assert "path of gradient descent moved by 1e-13 of its length, of Adam by 0.81" in out
    assert "note: 2 classes \\x1b[31m assumed" in out
    blind = shown(capsys, coordinates=waves | {"descent": None, "adam": None, "gradient": None})
    assert "Adam" not in blind and "gradient by - (differences)" in blind


def test_jacobians(capsys):
    rows = [
        {"name": "a", "rows": 3, "columns": 4, "verdict": "CORRECT", "push_pull": 1e-16, "push_differences": 2e-9},
        {"name": "b", "rows": 3, "columns": 40_000, "verdict": None},
    ]
    out = shown(capsys, jacobians=rows)
    assert "Jacobian of a: CORRECT, 3 × 4, push − pull 1e-16, push − differences 2e-09" in out
    assert "Jacobian of b: 3 × 40,000 is too large" in out


def test_what_is_wrong_is_told_entry_by_entry():
    row = ROW | {
        "findings": [FINDING, FINDING | {"map": "jvp", "output": [0, 1]}],
        "reason": "it gives two answers for one input",
    }
    assert complaints(row) == [
        "1.dense: it gives two answers for one input",
        "1.dense: vjp at 1.dense.weight[3, 2]: expected 1.5, got -1.5 (off by 2.0e+00)",
        "1.dense: jvp at 1.dense.weight[3, 2] → output[0, 1]: expected 1.5, got -1.5 (off by 2.0e+00)",
    ]


def test_what_is_not_settled():
    unsettled = [
        {"block": "w", "index": None, "verdict": "KINK", "differences_resolve": 0.0},
        {"block": "", "index": None, "verdict": "NOISE", "differences_resolve": 0.03},
    ]
    kink, noise = complaints(ROW | {"unsettled": unsettled})
    assert kink.endswith("a direction in w could not be settled by differences: kinks in every step")
    assert "all tensors together" in noise and noise.endswith("differences see 3e-02 of it at best")


@pytest.mark.parametrize(("x", "text"), [(None, "-"), (0.0, "0"), (1.4e-9, "1e-09")])
def test_numbers(x, text):
    assert short(x) == text


def test_no_slopes():
    assert slopes(None) == "-" and slopes([1.0, 2.004, "exact"]) == "1.00 2.00 exact"


def test_mutations(capsys):
    mutation = {
        "op": "dense",
        "mutation": "sign",
        "planted": 3,
        "caught": 2,
        "by_transpose": 2,
        "by_differences": 1,
        "least": 2.0,
    }
    missed = {"op": "dense", "block": "weight", "where": "both", "mutation": "sign", "size": 2.0}
    ops = [{"op": "dense", "planted": 3, "caught": 2, "smallest_one": 1e-9, "smallest_both": 1.0}]
    show_mutations(
        {
            "verdict": "MISSED",
            "smallest": 1.0,
            "ops": ops,
            "mutations": [mutation],
            "missed": [missed],
            "note": "assumed",
        }
    )
    out = capsys.readouterr().out
    lines = [line.split() for line in out.splitlines()]
    assert ["dense", "sign", "2e+00", "3", "2", "2", "1"] in lines and [
        "dense",
        "3",
        "2",
        "1",
        "+",
        "1e-09",
        "none",
    ] in lines
    assert "missed: sign in dense, weight, both: size 2.0e+00" in out and "note: assumed" in out
    assert lines[-1][:2] == ["verdict:", "MISSED;"]


def test_nothing_to_spoil(capsys):
    show_mutations({"verdict": "CAUGHT", "smallest": None, "ops": [], "mutations": [], "missed": []})
    assert capsys.readouterr().out.endswith("verdict: CAUGHT; no op has a derivative that could be spoiled\n")


def test_what_has_a_reference_without_a_step_size(capsys):
    exact = {"verdict": "WRONG", "error": 3e-9, "layers": [
        {"name": "0.conv", "way": "real products", "why": "", "error": 2e-16, "directions": 19, "verdict": "CORRECT"},
        {"name": "1.tanh", "way": "complex step", "why": "", "error": 3e-9, "directions": 9, "verdict": "WRONG"},
        {"name": "2.attention", "way": "differences", "why": "rows_product has no complex numbers", "error": None,
         "directions": 0, "verdict": "CORRECT"},
    ]}  # fmt: skip
    out = shown(capsys, exact=exact)
    assert "without a step size (complex step): WRONG, 2 kinds of layer off by 3e-09, 28 directions" in out
    assert "  1.tanh: WRONG, off by 3e-09 (complex step)" in out and "0.conv" not in out
    assert "  2.attention: by differences only, rows_product has no complex numbers" in out
    one = shown(capsys, exact={"verdict": "CORRECT", "error": 1e-16, "layers": [exact["layers"][0] | {"directions": 1}]})
    assert "CORRECT, 1 kind of layer off by 1e-16, 1 direction\n" in one
    none = shown(capsys, exact={"verdict": "CORRECT", "error": None, "layers": exact["layers"][2:]})
    assert "CORRECT, 0 kinds of layer none" not in none and "CORRECT, for no kind of layer" in none
