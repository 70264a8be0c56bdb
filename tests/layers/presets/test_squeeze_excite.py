def test_a_gate_behind_every_two_convolutions(written):
    found = written("squeeze_excite, width: 16, stages: 2, ratio: 4")
    gates = [text for text in found if text.startswith("branches")]
    assert len(gates) == found.count("maxpool") == 2
    assert "[globalavgpool, {dense: 4}, relu, {dense: 16}, sigmoid]" in gates[0] and "join: multiply" in gates[0]
    assert "{dense: 8}, relu, {dense: 32}" in gates[1]


def test_a_gate_never_runs_dry(made):
    assert made("squeeze_excite, width: 2, stages: 1, ratio: 8").graph.output.shape == (3,)
