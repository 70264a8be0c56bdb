import json
import math
from pathlib import Path

import numpy as np
import pytest

from fitcli.engine.jsontext import dumps


def test_is_strict_json_with_null_for_what_json_cannot_say():
    value = {"a": float("nan"), "b": [float("inf"), -math.inf, 1.5], "c": np.float32("nan"), "d": np.float64("inf")}
    text = dumps(value)
    assert text == '{"a": null, "b": [null, null, 1.5], "c": null, "d": null}'


def test_numpy_tuples_and_paths():
    value = {"n": np.int64(3), "x": np.float32(0.5), "a": np.array([[1, 2]]), "t": (True, None), "p": Path("a/b")}
    assert json.loads(dumps(value)) == {"n": 3, "x": 0.5, "a": [[1, 2]], "t": [True, None], "p": "a/b"}


def test_exact_keeps_every_float():
    value = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, 2**200]
    assert json.loads(dumps(value, exact=True)) == value
    assert math.isnan(json.loads(dumps(math.nan, exact=True)))


def test_letters():
    assert dumps("é") == '"\\u00e9"'
    assert dumps("é", ascii=False) == '"é"'


def test_what_has_no_json_is_a_mistake_of_the_caller():
    with pytest.raises(TypeError):
        dumps({"a": {1, 2}})
