import pytest

from fitcli.schedules.one_cycle import OneCycle


def test_up_and_down_in_straight_lines(curve):
    values = curve(OneCycle(peak=0.5, start=5.0, end=10.0, shape="linear"), 8)
    assert values == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0, 0.755, 0.51, 0.265])


def test_it_begins_and_ends_where_it_says():
    schedule = OneCycle()
    assert schedule.factor(0, 100) == pytest.approx(1 / 25)
    assert schedule.factor(30, 100) == pytest.approx(1)
    assert schedule.factor(100, 100) == pytest.approx(1 / 25e4)


@pytest.mark.parametrize("shape", ["cosine", "linear"])
def test_pytorch_does_the_same_up_to_its_last_step(curve, against_torch, shape):
    """PyTorch's peak lies at pct_start · T − 1 and its end at T − 1: its T and part are chosen to put both here."""
    ours = curve(OneCycle(peak=0.3, start=20.0, end=50.0, shape=shape), 50)
    against_torch(
        ours, "OneCycleLR", max_lr=1.0, total_steps=51, pct_start=16 / 51, div_factor=20.0, final_div_factor=50.0,
        anneal_strategy={"cosine": "cos", "linear": "linear"}[shape], cycle_momentum=False,
    )  # fmt: skip
