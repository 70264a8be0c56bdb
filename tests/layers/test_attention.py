import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.attention import Attention
from fitcli.spec import parse_spec


def test_parameters_and_shape(build):
    built = build(Attention(2), (9, 6))
    assert built.shape == (9, 6)
    assert built.nodes == ["0.attention.qkv", "0.attention", "0.attention.out"]
    assert built.params == {
        "0.attention.qkv.weight": (6, 18), "0.attention.qkv.bias": (18,),
        "0.attention.out.weight": (6, 6), "0.attention.out.bias": (6,),
    }  # fmt: skip
    assert built.decayed == ["0.attention.qkv.weight", "0.attention.out.weight"]
    assert len(build(Attention(2, bias=False), (9, 6)).params) == 2


@pytest.mark.parametrize(("heads", "tokens", "features"), [(1, 5, 3), (2, 9, 6), (4, 50, 16)])
def test_multihead_attention_of_pytorch(heads, tokens, features, build):
    torch = pytest.importorskip("torch")
    theirs = torch.nn.MultiheadAttention(features, heads, batch_first=True, dtype=torch.float64)
    torch.nn.init.normal_(theirs.in_proj_bias)
    torch.nn.init.normal_(theirs.out_proj.bias)
    x = np.random.default_rng(0).standard_normal((3, tokens, features))
    a = {name: np.ascontiguousarray(p.detach().numpy().T) for name, p in theirs.named_parameters()}
    y = build(Attention(heads), (tokens, features))(x, {
        "0.attention.qkv.weight": a["in_proj_weight"], "0.attention.qkv.bias": a["in_proj_bias"],
        "0.attention.out.weight": a["out_proj.weight"], "0.attention.out.bias": a["out_proj.bias"],
    })  # fmt: skip
    wanted, _ = theirs(*[torch.tensor(x)] * 3, need_weights=False)
    np.testing.assert_allclose(y, wanted.detach().numpy(), atol=1e-12)


def test_dropout(build):
    """Of the weights, in training alone; nothing else of the layer knows of it."""
    x = np.random.default_rng(0).standard_normal((3, 5, 6))
    plain, thinned = build(Attention(2), (5, 6)), build(Attention(2, dropout=0.5), (5, 6))
    assert thinned.params == plain.params
    np.testing.assert_array_equal(thinned(x), plain(x))
    np.testing.assert_array_equal(plain(x, train=True), plain(x))
    assert np.abs(thinned(x, train=True) - plain(x)).max() > 1e-2
    assert (thinned(x, train=True, seed=1) != thinned(x, train=True, seed=2)).any()


def test_a_rate_of_one_is_refused():
    with pytest.raises(SpecError) as caught:
        parse_spec("data: {path: x}\nmodel: [patches: 2, attention: {heads: 1, dropout: 1.0}]", "s.yaml")
    assert "model[1].attention.dropout: cannot be 1.0\n  allowed: a number of at least 0 and below 1" in str(caught.value)


def test_the_order_of_tokens_does_not_matter(build):
    x = np.random.default_rng(0).standard_normal((1, 7, 4))
    built = build(Attention(2), (7, 4))
    order = np.random.default_rng(1).permutation(7)
    np.testing.assert_allclose(built(x[:, order]), built(x)[:, order], atol=1e-13)


def test_heads_that_do_not_divide_the_features(wrong):
    problem = wrong("patches: {size: 2, features: 12}", "attention: 5", "globalavgpool", "dense: classes")
    assert (problem.where, problem.path) == ("s.yaml:4", "model[1].attention")
    assert problem.message == "attention cannot cut 12 features into 5 equal heads"
    assert (problem.allowed, problem.hint) == ("a divisor of 12", "heads: 4")


def test_an_image_must_become_tokens_first(wrong):
    assert str(wrong("attention: 2")) == (
        "s.yaml:3: model[0].attention: attention needs tokens (tokens×features), got 8×6×3\n"
        "  try: `patches` or `reshape: [48, 3]` before it"
    )
