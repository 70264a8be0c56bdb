def test_the_parameters_of_the_paper(made):
    """6 · 26, 16 · 151 (where the paper leaves connections out), 120 · 401, 84 · 121, and 85 a class."""
    assert made("lenet5").params.count == 6 * 26 + 16 * 151 + 120 * 401 + 84 * 121 + 85 * 3


def test_the_activation(written):
    assert written("lenet5").count("tanh") == 4
    assert written("lenet5, activation: relu").count("relu") == 4
