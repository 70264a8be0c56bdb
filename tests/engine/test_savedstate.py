from dataclasses import asdict

import pytest

from fitcli.engine.keep import Progress
from fitcli.engine.savedstate import check_state

DEFAULTS = asdict(Progress())
EPOCH = {"event": "epoch", "epoch": 2, "step": 8, "train_loss": 0.5, "val_loss": None}
IDENTITY = {"settings": {"seed": 0}, "parameters": {"w": [2, 3]}, "classes": ["a", "b"], "images": 4, "data": "0f", "workers": 1}
STATE = DEFAULTS | {"log": 7, "identity": IDENTITY, "last": EPOCH, "observed": [0.5, None], "spec": {}, "fitcli": "0"}


def test_what_a_fit_saves(tmp_path):
    check_state(STATE, DEFAULTS)
    check_state(STATE | {"good": {"step": 3, "progress": DEFAULTS}}, DEFAULTS)
    check_state(STATE | {"advice": {"told": ["stuck"]}}, DEFAULTS)
    check_state({"log": 0, "identity": IDENTITY}, DEFAULTS)  # an older one knew less
    check_state(STATE | {"good": {"step": 3, "progress": {}}}, DEFAULTS)


@pytest.mark.parametrize(("change", "told"), [
    ({"log": -1}, "log is -1"), ({"log": None}, "state.log is None"), ({"correct": 0.5}, "state.correct is 0.5"),
    ({"rollbacks": True}, "state.rollbacks is True"), ({"lowest": [1]}, r"state.lowest is \[1\]"),
    ({"last": {"step": 1}}, "state.last.epoch is missing"), ({"best": []}, r"state.best is \[\]"),
    ({"best": EPOCH | {"epoch": "x"}}, "state.best.epoch is 'x'"), ({"observed": ["x"]}, r"state.observed\[0\] is 'x'"),
    ({"advice": {"first": 1.0}}, "state.advice.norm is missing"), ({"advice": {"told": "x"}}, "state.advice.told is 'x'"), ({"advice": 3}, "state.advice is 3"),
    ({"identity": IDENTITY | {"classes": "ab"}}, "state.identity.classes is 'ab'"),
    ({"identity": IDENTITY | {"parameters": {"w": 3}}}, "state.identity.parameters.w is 3"), ({"identity": {}}, "missing"),
    ({"spec": "x" * 99}, "state.spec is 'x+[.][.][.]$"), ({"good": {"step": 1}}, "state.good.progress is missing"),
    ({"good": {"step": 1, "progress": {"loss": ""}}}, "state.good.progress.loss is ''"), ({"new": 1}, "new is not known"),
])  # fmt: skip
def test_what_it_does_not(change, told):
    with pytest.raises(ValueError, match=told):
        check_state(STATE | change, DEFAULTS)
