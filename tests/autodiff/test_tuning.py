from fitcli.autodiff.graph import Param
from fitcli.autodiff.params import Group, Layout
from fitcli.autodiff.tuning import Tuning


def test_inside_of_another():
    outer, inner = Tuning(0.5, 2.0, 0.1, 0.0, 3.0), Tuning(0.1, 0.0, 0.1, 1.0)
    assert outer.within(inner) == Tuning(0.05, 0.0, 0.2, 1.0, 3.0)
    assert Tuning().within(inner) == inner
    assert Tuning(max_norm=2.0).within(outer).max_norm == 2.0


def param(name, decay=True, **tuning):
    return Param(name, (16,), None, decay, tuning=Tuning(**tuning))


def test_neighbours_that_are_treated_alike_are_one_group():
    layout = Layout([param("a"), param("b", decay=False), param("c"), param("d", decay=False)])
    assert layout.groups == [Group(0, 32, 1.0, 1.0), Group(32, 64, 0.0, 1.0)]
    assert layout.moved == layout.size == 64


def test_frozen_parameters_lie_last_and_are_in_no_group():
    layout = Layout([param("f", lr=0.0), param("a"), param("s", lr=0.1), param("g", decay=False, lr=0.0), param("b", decay=False)])
    assert [p.name for p in layout.trained] == ["s", "a", "b", "f", "g"]
    assert layout.groups == [Group(0, 16, 1.0, 0.1), Group(16, 32, 1.0, 1.0), Group(32, 48, 0.0, 1.0)]
    assert (layout.moved, layout.size) == (48, 80)


def test_factors_on_decay():
    layout = Layout([param("a", decay=True), param("h", decay=True)])
    assert len(layout.groups) == 1
    half = Param("h", (16,), None, tuning=Tuning(decay=0.5))
    assert [group.decay for group in Layout([param("a"), half]).groups] == [0.5, 1.0]


def test_all_frozen():
    layout = Layout([param("a", lr=0.0)])
    assert layout.groups == [] and layout.moved == 0
