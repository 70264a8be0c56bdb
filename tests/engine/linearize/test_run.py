import json

import numpy as np
import pytest

from fitcli.engine.linearize import linearize
from fitcli.engine.linearize.curve import Probability
from fitcli.engine.linearize.run import SHARE


@pytest.mark.parametrize("along", ["gradient", "patch", "wave"])
def test_the_tangent_touches_the_curve(model_of, image, along):
    found = linearize(model_of(), image, along)
    assert found["along"] == along and (found["place"] is None) == (along == "gradient")
    assert np.abs(found["direction"]).max() == pytest.approx(1)
    steps = [row["step"] for row in found["rows"]]
    assert steps[4] == 0 and steps[-1] == -steps[0] == found["reach"]
    middle = found["rows"][4]
    assert middle["probability"] == pytest.approx(middle["tangent"]) and len(found["curve"]) == 81
    small = linearize(model_of(), image, along, reach=1e-3)["rows"]
    assert (small[-1]["probability"] - small[0]["probability"]) / 2e-3 == pytest.approx(found["slope"], rel=1e-3)


def test_the_radius_is_where_the_promise_breaks(model_of, image):
    model = model_of()
    found = linearize(model, image, "gradient")
    p, x, r = Probability(model, model.classes.index(found["class"])), image.astype(float), found["radius"]
    assert 0 < r < 255 and not found["whole"] and found["reach"] == min(255, 3 * r)

    def worst(t):
        sides = np.array([t, -t])
        change = p(x + sides[:, None, None, None] * found["direction"]) - found["probability"]
        return max(abs(change - sides * found["slope"]) / abs(change))

    assert worst(0.999 * r) <= SHARE < worst(1.001 * r)


def test_the_class(model_of, image):
    model = model_of()
    p = Probability(model, 0).all(image[None].astype(float))[0]
    assert linearize(model, image)["class"] == model.classes[p.argmax()]
    assert linearize(model, image, number=int(p.argmin()))["probability"] == p.min()


def test_where_nothing_is_felt_the_tangent_holds_everywhere(model_of, image):
    model = model_of()
    model.params.by_name["11.dense.weight"][...] = 0
    found = linearize(model, image)
    assert found["whole"] and found["radius"] == 255 and found["slope"] == 0
    json.dumps({k: v for k, v in found.items() if k not in ("image", "direction")})
