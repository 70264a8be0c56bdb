"""An op at one point, and the three witnesses of its derivative: difference quotient, push forward, pull back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from fitcli.autodiff.eager import Eager, drive
from fitcli.autodiff.graph import Builder, Graph
from fitcli.autodiff.op import Op, Sum
from fitcli.autodiff.tape import Shared, Tape
from fitcli.errors import ShapeError

STEP = 3e-6  # the difference quotient's errors, h² and eps / h, both lie near 1e-10


@dataclass
class At:
    """`op` (or several, one behind the other, the last one taking `labels`) at inputs `xs` [N, …] and weights `ws`.

    `state` are weights that are not trained. Every evaluation starts from the same state, so that y is a function.
    """

    op: Op
    xs: Sequence[np.ndarray]
    ws: Sequence[np.ndarray] = ()
    state: Sequence[np.ndarray] = ()
    labels: np.ndarray | None = None
    dtype: str = "f8"
    train: bool = True
    seed: int = 0
    name: str = "op"
    graph: Graph = field(init=False)

    def __post_init__(self):
        given = (self.xs, self.ws, self.state)
        self.xs, self.ws, self.state = ([np.array(a, self.dtype) for a in arrays] for arrays in given)
        g = Builder(3)
        self.inputs = [g.input(f"x{i}", x.shape[1:]) for i, x in enumerate(self.xs)]
        labels = [] if self.labels is None else [g.input("labels", self.labels.shape[1:], self.labels.dtype.str[1:])]
        with g.scope(self.name):
            self.params = [g.param(f"w{i}", w.shape, None) for i, w in enumerate(self.ws)]
            kept = [g.param(f"s{i}", w.shape, None, trained=False) for i, w in enumerate(self.state)]
            y = g.apply(self.op, *self.inputs, *labels, params=(*self.params, *kept))
        self.graph = Graph(tuple(g.nodes), y)
        self.fixed = dict(zip(labels, [self.labels], strict=False))
        weights = dict(zip([*self.params, *kept], [*self.ws, *self.state], strict=True))
        self.eager = Eager(self.graph, weights, np.dtype(self.dtype), self.train, self.seed)

    def tape(self, xs=None, ws=None):
        xs, ws = self.xs if xs is None else xs, self.ws if ws is None else ws
        inputs = dict(zip(self.inputs, xs, strict=True)) | self.fixed
        return self.eager.forward(inputs, dict(zip(self.params, ws, strict=True)))

    def value(self, xs=None, ws=None):
        return self.tape(xs, ws).value[self.graph.output]

    @property
    def y(self):
        return self.value()

    def push(self, x_dots, w_dots=()):
        """dy for tangents of the inputs and weights."""
        return self.eager.push_forward(self.tape(), dict(zip(self.inputs, x_dots, strict=True)),
                                       dict(zip(self.params, w_dots, strict=True)))  # fmt: skip

    def pull(self, y_bar):
        """(gradients of the inputs, gradients of the weights) for a gradient of y."""
        x_bars, w_bars = self.eager.pull_back(self.tape(), y_bar)
        return [x_bars[x] for x in self.inputs], [w_bars[w] for w in self.params]

    def in_pieces(self, sizes, y_bar=None, wants_x=True, poison=np.nan):
        """y, x_bars, w_bars and state by microbatches of these sizes; fresh memory is filled with `poison`."""
        dtype, batch = np.dtype(self.dtype), sum(sizes)
        new = lambda shape, dtype: np.full(shape, poison, dtype)  # noqa: E731
        weights = {p: w.copy() for p, w in self.eager.weights.items()}
        node, shared = self.graph.output, Shared(self.eager.clock)
        wanted = frozenset(self.graph.nodes) if wants_x else self.graph.needs_gradient()
        shared.derived[node] = {k: new(s, dtype) for k, s in self.op.derived(dtype, wants_x, *node.shapes).items()}
        shared.sums[node] = {k: Sum(np.zeros((1, m)), np.zeros(m)) for k, m in self.op.sums(*node.shapes).items()}
        tapes, at = [], 0
        for n in sizes:
            tape = Tape(self.graph, weights, shared, new, dtype, n, at, batch, self.train, wanted)
            for x, value in (*zip(self.inputs, self.xs, strict=True), *self.fixed.items()):
                tape.value[x] = np.ascontiguousarray(value[at : at + n])
            tapes.append(tape)
            at += n
        if shared.derived[node]:
            self.op.prepare(*(weights[p] for p in node.params), tapes[0].scratch(node))
        together([t.forward() for t in tapes])
        y = np.concatenate([t.value[node] for t in tapes])
        state = [w for p, w in weights.items() if not p.trained]
        if y_bar is None:
            return y, None, None, state
        gradients = {p: np.zeros(p.shape, dtype) for p in self.params}
        at = 0
        for t in tapes:
            t.gradient[node] = np.ascontiguousarray(y_bar[at : at + t.n], dtype)
            at += t.n
        together([t.pull_back(gradients) for t in tapes])
        x_bars = [np.concatenate([t.gradient[x] for t in tapes]) if wants_x else None for x in self.inputs]
        return y, x_bars, [gradients[p] for p in self.params], state


def together(walks):
    """Run the walks of all microbatches up to each sum, then add it up."""
    while waited := [total for walk in walks if (total := next(walk, None)) is not None]:
        drive([waited[0]])


def directions(point, rng):
    """(name, x_dots, w_dots): one input or weight at a time, then all at once."""
    zero = [np.zeros_like(a) for a in (*point.xs, *point.ws)]
    full = [rng.standard_normal(a.shape) for a in zero]
    n = len(point.xs)
    for i in range(len(full)):
        some = [*zero[:i], full[i], *zero[i + 1 :]]
        yield (f"x{i}" if i < n else f"w{i - n}"), some[:n], some[n:]
    yield "all", full[:n], full[n:]


def moved(arrays, dots, h):
    return [a + h * d for a, d in zip(arrays, dots, strict=True)]


def witnesses(point: At, seed: int = 0) -> None:
    """AssertionError unless, for every variable, jvp agrees with differences to 1e-7 and vjp with jvp to 1e-12."""
    rng = np.random.default_rng(seed)
    y_bar = rng.standard_normal(point.y.shape)
    assert np.isfinite(point.y).all()
    x_bars, w_bars = point.pull(y_bar)
    for name, x_dots, w_dots in directions(point, rng):
        y_dot = point.push(x_dots, w_dots)
        plus, minus = (point.value(moved(point.xs, x_dots, h), moved(point.ws, w_dots, h)) for h in (STEP, -STEP))
        quotient = (plus - minus) / (2 * STEP)
        noise = 1e-9 * np.abs(point.y).max(initial=0)
        np.testing.assert_allclose(y_dot, quotient, rtol=0, atol=1e-7 * np.abs(quotient).max(initial=0) + noise,
                                   err_msg=f"jvp along {name} against the difference quotient")  # fmt: skip
        pushed = y_bar * y_dot
        pulled = [g * d for g, d in zip([*x_bars, *w_bars], [*x_dots, *w_dots], strict=True)]
        scale = np.abs(pushed).sum() + sum(np.abs(p).sum() for p in pulled)
        gap = abs(pushed.sum() - sum(p.sum() for p in pulled))
        assert gap <= 1e-12 * scale, f"adjoint identity along {name}: {gap:.3g} of {scale:.3g}"


def same_in_float32(point: At, seed: int = 0, tolerance: float = 3e-5) -> None:
    """The same op on the same numbers in float32: y, jvp and vjp agree with float64 to a few roundings."""
    rng = np.random.default_rng(seed)
    rounded = [[np.float32(a).astype("f8") for a in arrays] for arrays in (point.xs, point.ws, point.state)]
    rest = (point.train, point.seed, point.name)
    narrow, wide = (At(point.op, *rounded, point.labels, dtype, *rest) for dtype in ("f4", "f8"))
    y_bar = np.float32(rng.standard_normal(point.y.shape))
    dots = list(directions(wide, rng))[-1]
    x_dots, w_dots = ([np.float32(d) for d in group] for group in dots[1:])
    pairs = [(narrow.y, wide.y), (narrow.push(x_dots, w_dots), wide.push(x_dots, w_dots))]
    pairs += zip(sum(narrow.pull(y_bar), []), sum(wide.pull(y_bar), []), strict=True)
    for a, b in pairs:
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * max(1.0, np.abs(b).max(initial=0)))


def same_in_pieces(point: At, *cuts: Sequence[int], seed: int = 0) -> None:
    """Microbatches of any sizes give the values, gradients and state of the whole batch, with and without x_bar."""
    n = len(point.xs[0])
    y_bar = np.random.default_rng(seed).standard_normal(point.y.shape).astype(point.dtype)
    y, x_bars, w_bars, state = point.in_pieces([n], y_bar)
    np.testing.assert_allclose(y, point.y, rtol=1e-14, atol=1e-14)
    for cut in [*cuts, [1] * n, [n - n // 2, n // 2] if n > 1 else [1]]:
        for wants_x in (True, False):
            found = point.in_pieces(cut, y_bar, wants_x)
            wanted = [y, *(x_bars if wants_x else []), *w_bars, *state]
            got = [found[0], *(found[1] if wants_x else []), *found[2], *found[3]]
            for a, b in zip(got, wanted, strict=True):
                tolerance = 1e-12 * max(1.0, np.abs(b).max(initial=0))
                np.testing.assert_allclose(a, b, rtol=0, atol=tolerance, err_msg=f"cut {cut}")


@pytest.fixture(scope="session")
def at():
    """at(op, [x, …], [w, …], [state, …], labels=…): the op at a point, with y, push, pull and in_pieces."""
    return At


@pytest.fixture(scope="session")
def check():
    """check(point): three witnesses in float64, float32, and any microbatches."""

    def run(point, seed=0, tolerance=3e-5):
        witnesses(point, seed)
        same_in_float32(point, seed, tolerance)
        same_in_pieces(point, seed=seed)

    return run


@pytest.fixture(scope="session")
def three_witnesses():
    return witnesses


@pytest.fixture(scope="session")
def pieces():
    return same_in_pieces


@pytest.fixture(scope="session")
def normal():
    """normal(seed, shape, …): arrays of normal numbers."""

    def draw(seed, *shapes):
        rng = np.random.default_rng(seed)
        out = [rng.standard_normal(shape) for shape in shapes]
        return out[0] if len(out) == 1 else out

    return draw


@pytest.fixture
def refused():
    """refused(op, *shapes): what the ShapeError says."""

    def ask(op, *shapes):
        with pytest.raises(ShapeError) as caught:
            op.shape(*shapes)
        assert caught.value.exit_code == 2
        return str(caught.value)

    return ask


@pytest.fixture(params=["f4", "f8"])
def dtype(request):
    return np.dtype(request.param)


@pytest.fixture
def grid(normal):
    """Images [2, 3, 4, 4] of numbers of all sizes, the corners of every activation (0, ±3, 6) among them."""
    x = 4 * normal(0, (2, 3, 4, 4))
    x.reshape(-1)[:8] = -40, -3, -1e-3, 0, 1e-3, 3, 6, 40
    return x


@pytest.fixture
def twins(at, grid, normal):
    """twins(op, dtype, f, slope): y = f(x) and x_bar = slope(x) y_bar, f and slope in float64, to a few roundings."""

    def compare(op, dtype, f, slope):
        point = at(op, [grid], dtype=dtype)
        x, y_bar = point.xs[0].astype("f8"), normal(1, grid.shape).astype(dtype)
        pulled, pushed = point.pull(y_bar)[0][0], point.push([y_bar])
        for found, wanted in ((point.y, f(x)), (pulled, slope(x) * y_bar), (pushed, slope(x) * y_bar)):
            assert found.dtype == dtype
            np.testing.assert_allclose(found, wanted, rtol=0, atol=16 * np.finfo(dtype).eps * np.abs(wanted).max())

    return compare


@pytest.fixture(scope="session")
def like_torch():
    """like_torch(point, lambda F, *xs, *ws: y): y and all gradients are PyTorch's, which sees images as [N, C, H, W].

    To 1e-5 in float32, to 1e-10 in float64. F is torch.nn.functional.
    """
    torch = pytest.importorskip("torch")

    def turned(a, axes):
        return a.permute(axes) if a.ndim == 4 else a

    def compare(point, f):
        for dtype, tolerance in (("f4", 1e-5), ("f8", 1e-10)):
            mine = At(point.op, point.xs, point.ws, point.state, None, dtype, point.train, point.seed, point.name)
            leaves = [torch.tensor(a, requires_grad=True) for a in (*mine.xs, *mine.ws)]
            count = len(mine.xs)
            y = f(torch.nn.functional, *(turned(a, (0, 3, 1, 2)) for a in leaves[:count]), *leaves[count:])
            y = turned(y, (0, 2, 3, 1))
            y_bar = np.random.default_rng(5).standard_normal(tuple(y.shape)).astype(dtype)
            y.backward(torch.tensor(y_bar))
            pairs = zip([mine.y, *sum(mine.pull(y_bar), [])], [y.detach(), *(a.grad for a in leaves)], strict=True)
            for found, wanted in pairs:
                wanted = wanted.numpy()
                assert found.shape == wanted.shape
                limit = tolerance * max(1.0, np.abs(wanted).max(initial=0))
                np.testing.assert_allclose(found, wanted, rtol=0, atol=limit)

    return compare
