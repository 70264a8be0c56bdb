def test_blocks(written):
    found = written("vgg, width: 8, blocks: 2, convs: 3, dropout: 0")
    assert [text for text in found if "conv" in text] == 3 * ["conv: {filters: 8, bias: false}"] + 3 * [
        "conv: {filters: 16, bias: false}"
    ]
    assert found.count("maxpool") == 2 and found[-2] == "globalavgpool"
    assert written("vgg")[-2] == "dropout: 0.3"


def test_parameters(made):
    assert made("vgg, width: 8, blocks: 2, convs: 1").params.count == 9 * 8 + 16 + 9 * 8 * 16 + 32 + 16 * 3 + 3
