def test_stages(written):
    found = written("mobilenet, width: 8, stages: 2")
    assert [text for text in found if "depthwise" in text] == 2 * [
        "depthwise: {stride: 2, bias: false}", "depthwise: {bias: false}"
    ]  # fmt: skip
    mixes = [text for text in found if "kernel: 1" in text]
    assert mixes == [f"conv: {{filters: {n}, kernel: 1, bias: false}}" for n in (16, 16, 32, 32)]


def test_parameters(made):
    deep = 9 * 8 + 16 + 8 * 16 + 32 + 9 * 16 + 32 + 16 * 16 + 32
    assert made("mobilenet, width: 8, stages: 1").params.count == 9 * 8 + 16 + deep + 16 * 3 + 3
