def test_one_linear_map(made, written):
    assert written("softmax_regression") == ["flatten", "dense: {units: classes, init: lecun_normal}"]
    assert made("softmax_regression").params.count == 784 * 3 + 3
