def test_the_group_lists_its_commands(fitcli):
    outcome = fitcli("data", "--help")
    assert outcome.code == 0 and "check" in outcome.out and "Look at images before training" in outcome.out


def test_a_command_that_is_not_there(fitcli):
    outcome = fitcli("data", "chek")
    assert outcome.code == 2 and "there is no command 'chek'; did you mean `fitcli data check`?" in outcome.err
