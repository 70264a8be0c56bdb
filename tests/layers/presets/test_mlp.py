def test_hidden_layers(made, written):
    last = "dense: {units: classes, init: lecun_normal}"
    assert written("mlp") == ["flatten", "dense: 256", "relu", "dense: 128", "relu", last]
    assert written("mlp, hidden: [9], dropout: 0.5") == ["flatten", "dense: 9", "relu", "dropout", last]
    assert made("mlp, hidden: [9, 8, 7]").params.count == 785 * 9 + 10 * 8 + 9 * 7 + 8 * 3
