import pytest

from fitcli.autodiff.setup import Setup


def test_there_are_no_more_workers_than_images(case_of):
    case = case_of("perceptron")
    assert case.program(case.params(), workers=100).workers == case.batch


def test_microbatches_are_even_and_cover_each_part():
    setup = Setup(23, 2, 4, parts=2)
    assert setup.edges == [(0, 11), (11, 23)] and setup.team == 2
    for part in setup.edges:
        pieces = [piece for worker in range(2) for piece in setup.microbatches(worker, part)]
        assert [i for first, n in pieces for i in range(first, first + n)] == list(range(*part))
        assert all(n <= 4 for _, n in pieces)


@pytest.mark.parametrize(
    ("setup", "whole", "several"),
    [(Setup(8, 2, 4), True, False), (Setup(9, 2, 4), False, True), (Setup(8, 2, 4, parts=2), False, False)],
)
def test_whether_images_go_together(setup, whole, several):
    assert setup.whole == whole and setup.several == several
