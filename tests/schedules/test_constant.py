from fitcli.schedules import SCHEDULES


def test_the_factor_is_one_everywhere():
    constant = SCHEDULES["constant"]()
    assert [constant.factor(step, 5) for step in range(5)] == [1.0] * 5
