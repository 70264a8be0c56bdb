import numpy as np

from fitcli.autodiff.check.adjoint import Adjoint
from fitcli.autodiff.check.examine import Examination, Probe
from fitcli.autodiff.check.findings import Finding
from fitcli.autodiff.check.judge import CORRECT, KINK, WRONG, Judgement
from fitcli.autodiff.check.order import Remainders, Slope
from fitcli.engine.gradcheck.rows import finding, order_words, row

GOOD = Adjoint(1e-16, 1e-12)


def judged(verdict, error=1e-9, resolution=1e-7, kinks=0):
    return Judgement(verdict, error, resolution, 1e-5, kinks)


def order(*slopes):
    return Remainders((0.1, 0.2), ((1.0, 2.0),) * 3, slopes, 1e-16, 3)


def test_slopes_in_words():
    assert order_words(None) is None
    assert order_words(order(Slope(1.0001), Slope(1.957, bent=True), Slope(None, exact=True))) == [
        1.0,
        "~1.96",
        "exact",
    ]
    assert order_words(order(Slope(None), Slope(2.0), Slope(3.014))) == [None, 2.0, 3.01]


def test_a_row():
    probes = [
        Probe("", None, GOOD, judged(CORRECT, 1e-9), judged(CORRECT, 2e-9)),
        Probe("w", None, Adjoint(3e-15, 1e-12), judged(KINK, 0.5, 0.1, kinks=2), judged(KINK, 0.5)),
        Probe("w", 7, GOOD, judged(CORRECT, 4e-8, 2e-7), judged(CORRECT)),
    ]
    remains = order(Slope(1.0), Slope(2.0), Slope(3.0))
    found = row("0.conv", "conv2d", Examination(None, probes, {"": remains}, True))
    assert (found["name"], found["op"], found["verdict"]) == ("0.conv", "conv2d", CORRECT)
    assert (found["jvp"], found["vjp"], found["transpose"]) == (4e-8, 2e-9, 3e-15)
    assert found["kinks"] == 2 and found["probes"] == 3 and found["order"] == [1.0, 2.0, 3.0]
    assert found["unsettled"] == [{"block": "w", "index": None, "verdict": KINK, "differences_resolve": 0.1}]
    assert found["blocks"] == [{"name": "w", "verdict": CORRECT, "order": None}]
    assert found["remainders"][""]["r1"] == [1.0, 2.0] and "reason" not in found


def test_nothing_settled_is_no_number():
    found = row("x", "op", Examination(None, [], {}, True, reason="its value is not finite"))
    assert found["verdict"] == WRONG and found["jvp"] is None and found["order"] is None
    assert found["reason"] == "its value is not finite"


def test_findings_are_plain():
    told = finding(Finding("jvp", "w", (1, np.int64(2)), (), 1.0, 2.0, 0.5))
    assert told["index"] == [1, 2] and told["output"] == [] and told["map"] == "jvp"
