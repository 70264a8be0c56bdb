from fitcli.spec.node import Node, below, node_of, plain


def test_paths():
    assert below("", "fit") == "fit"
    assert below("fit", "batch") == "fit.batch"
    assert below(below("model", 3), "conv") == "model[3].conv"


def test_a_key_that_a_terminal_would_obey_is_spelt_out_and_cut():
    assert below("fit", "a\x1b[2Jb") == r"fit.'a\x1b[2Jb'"
    assert below("", "k" * 1000) == "'" + "k" * 57 + "...'"


def test_plain_and_node_of_are_inverse():
    value = {"a": [1, "x", None, {"b": []}], "c": {}}
    node = node_of(value, "s.yaml:1")
    assert plain(node) == value
    assert node.value["a"].value[0] == Node(1, "s.yaml:1")
