def test_parameters(made):
    w, t = 64, 49
    block = 2 * 2 * w + 2 * t * 32 + 32 + t + 2 * w * 128 + 128 + w
    assert made("mixer").params.count == 16 * w + w + 4 * block + 2 * w + 3 * w + 3


def test_over_tokens_then_over_features(written):
    (block,) = [text for text in written("mixer") if text.startswith("repeat")]
    assert block.index("over: tokens") < block.index("mlp: 128")
