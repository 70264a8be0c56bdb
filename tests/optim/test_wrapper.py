import pytest

from fitcli.optim.ema import EMA
from fitcli.optim.lamb import LAMB
from fitcli.optim.lbfgs import LBFGS
from fitcli.optim.lookahead import Lookahead
from fitcli.optim.nadam import NAdam
from fitcli.optim.sam import SAM
from fitcli.optim.schedule_free_sgd import ScheduleFreeSGD


def test_what_the_other_asks_for_is_passed_on():
    wrapped = Lookahead(LAMB(lr=0.5))
    assert (wrapped.lr, wrapped.states, wrapped.whole_blocks, wrapped.drives) == (0.5, ("slow", "m", "v"), True, False)
    assert Lookahead(NAdam()).scalars == ("product",)
    assert Lookahead(ScheduleFreeSGD()).evaluation == "x"


def test_they_stand_inside_each_other():
    wrapped = EMA(Lookahead(SAM(NAdam())))
    assert wrapped.states == ("average", "slow", "start", "m", "v")
    assert (wrapped.drives, wrapped.evaluation) == (True, "average")


def test_but_not_inside_their_own_kind():
    with pytest.raises(ValueError, match="ema cannot stand inside another ema"):
        EMA(Lookahead(EMA()))


def test_the_key_of_the_rate_leads_through_all_of_them():
    assert EMA(Lookahead(NAdam())).rate_key == "ema.optimizer.lookahead.optimizer.nadam.lr"


def test_the_weight_decay_of_the_other_is_scaled():
    assert Lookahead(LAMB(weight_decay=0.5)).with_decay(0.5).optimizer.weight_decay == 0.25


def test_a_line_search_has_no_steps_to_go_around():
    with pytest.raises(ValueError, match="ema cannot go around lbfgs, which searches along lines"):
        EMA(LBFGS())
