import numpy as np

from fitcli.autodiff.check.examine import Effort, examine


def test_one_bad_entry_of_many_is_found_by_halves(numbers, build_function):
    def df(x):
        d = np.cos(x)
        d.reshape(-1)[1234] *= 1.01
        return d

    f, _ = numbers(np.sin, df)
    graph_f, v = build_function(f.graph.output.op, (700,))
    done = examine(graph_f, v, np.random.default_rng(0), Effort(directions=1, coordinates=4))
    places = {(f.map, f.block, f.index, f.output) for f in done.findings}
    assert places == {("jvp", "input", (1, 534), (1, 534)), ("vjp", "input", (1, 534), ())}
    assert all(abs(f.got / f.expected - 1.01) < 1e-7 and abs(f.error - 0.01 / 1.01) < 1e-6 for f in done.findings)


def test_findings_are_few_and_the_worst_first(affine, build_function):
    done = examine(*build_function(affine(pull=3.0, push=0.5), (50,), ("a", "b")), np.random.default_rng(0))
    assert 1 <= len(done.findings) <= 6
    errors = [f.error for f in done.findings]
    assert errors == sorted(errors, reverse=True)
