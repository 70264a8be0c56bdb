import copy
import pickle

import pytest

from fitcli import errors
from fitcli.errors import DataError, FitcliError, Problem, ShapeError, SpecError


def test_a_problem_tells_where_what_allowed_and_what_to_type():
    problem = Problem("cannot be 0", "a.yaml:3", "fit.batch", 0, "a whole number above 0", "32")
    assert str(problem) == "a.yaml:3: fit.batch: cannot be 0\n  allowed: a whole number above 0\n  try: 32"


def test_a_problem_leaves_out_what_it_does_not_know():
    assert str(Problem("broken")) == "broken"
    assert str(Problem("broken", path="model")) == "model: broken"
    assert str(Problem("broken", where="a.yaml")) == "a.yaml: broken"


def test_an_error_holds_all_problems_in_order():
    error = SpecError(Problem("first"), "second")
    assert error.problems == (Problem("first"), Problem("second"))
    assert str(error) == "first\nsecond"


@pytest.mark.parametrize("twin", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_a_copy_keeps_the_problems_apart(twin):
    error = twin(DataError(Problem("first", "a:1", hint="x"), Problem("second")))
    assert type(error) is DataError
    assert error.problems == (Problem("first", "a:1", hint="x"), Problem("second"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("FitcliError", 1),
        ("SpecError", 2),
        ("ShapeError", 2),
        ("DataError", 3),
        ("DivergedError", 4),
        ("DerivativeError", 5),
        ("ModelFileError", 6),
    ],
)
def test_exit_codes_are_the_contract(name, code):
    cls = getattr(errors, name)
    assert issubclass(cls, FitcliError)
    assert cls("x").exit_code == code


def test_a_shape_error_is_no_spec_error_until_it_has_its_line():
    assert not issubclass(ShapeError, SpecError)
