import pytest

from fitcli.errors import SpecError
from fitcli.spec import parse_spec


def test_parameters(made):
    w, tokens = 64, 50
    block = 2 * 2 * w + w * 3 * w + 3 * w + w * w + w + 2 * w * 2 * w + 3 * w
    assert made("vit").params.count == 16 * w + w + w + tokens * w + 4 * block + 2 * w + 3 * w + 3
    assert made("vit, read: mean").params.count == made("vit").params.count - 2 * w


def test_the_order_of_layers(written):
    found = [text.partition(":")[0] for text in written("vit")]
    assert found == ["patches", "class_token", "positions", "repeat", "layernorm", "first_token", "dense"]
    found = [text.partition(":")[0] for text in written("vit, read: mean, dropout: 0.1")]
    assert found == ["patches", "positions", "repeat", "layernorm", "globalavgpool", "dense"]
    assert "dropout: 0.1" in written("vit, dropout: 0.1")[3]
    assert "attention: {heads: 4, dropout: 0.2}" in written("vit, attention_dropout: 0.2")[3]


def test_heads_that_do_not_divide_the_width():
    with pytest.raises(SpecError, match="vit's heads have to divide its width: 3 does not divide 64"):
        parse_spec("data: {path: x}\nmodel: {preset: vit, heads: 3}")


def test_patches_that_leave_pixels_over(made):
    with pytest.raises(SpecError) as caught:
        made("vit, patch: 5")
    assert str(caught.value).splitlines()[:2] == [
        "<spec>:2: model: in its layer [0].patches: patches of 5×5 do not fill an image of 28×28",
        "  allowed: sizes that divide height and width: 2, 4, 7, 14",
    ]
