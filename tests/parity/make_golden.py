"""PyTorch's losses of 50 steps from given weights on given batches, written to golden.json (needs torch):

    python tests/parity/make_golden.py

Weights and images come from seeds, so only the losses are kept. They are computed in float64: what is compared with
them, in float32, has the rounding of one side only.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

STEPS, BATCH, CLASSES, SHAPE = 50, 16, 5, (12, 10, 3)
MEAN, STD = (0.5, 0.45, 0.4), (0.25, 0.3, 0.2)
LAYERS = {
    "mlp": "[flatten, dense: 32, relu, dense: 16, relu, dense: classes]",
    # No bias in front of a batchnorm: its gradient is 0, and Adam would turn the rounding of 0 into whole steps.
    "cnn": "[conv: {filters: 8, kernel: 5}, relu, maxpool: 2,"
    " conv: {filters: 12, kernel: 3, bias: false}, batchnorm, relu, maxpool: 2, flatten, dense: classes]",
}
OPTIMIZERS = {"sgd": "{sgd: {lr: 0.02, momentum: 0.9}}", "adam": "{adam: {lr: 0.003}}"}
CASES = [(layers, optimizer) for layers in LAYERS for optimizer in OPTIMIZERS]


def spec_text(layers: str, optimizer: str) -> str:
    return (
        f"data: {{path: nowhere}}\nmodel: {LAYERS[layers]}\nloss: cross_entropy\n"
        f"fit: {{batch: {BATCH}, optimizer: {OPTIMIZERS[optimizer]}}}\n"
    )


def batches() -> tuple[np.ndarray, np.ndarray]:
    """uint8 images [STEPS, BATCH, H, W, C] and labels. A class brightens a stripe of its own; a third of the labels
    are wrong, so that the loss stays far above the rounding.
    """
    rng = np.random.Generator(np.random.PCG64(1))
    labels, others = rng.integers(0, CLASSES, (2, STEPS, BATCH))
    images = rng.integers(0, 180, (STEPS, BATCH, *SHAPE))
    stripe = np.arange(SHAPE[1]) // 2 == labels[:, :, None]
    images += 60 * stripe[:, :, None, :, None]
    return images.astype(np.uint8), np.where(rng.random(labels.shape) < 1 / 3, others, labels)


def weights(shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """float32 values by name, for parameters in the order given."""
    rng = np.random.Generator(np.random.PCG64(2))
    found = {}
    for name, shape in shapes.items():
        values = rng.standard_normal(shape)
        kind = name.rpartition(".")[2]
        if kind == "weight":
            values *= np.sqrt(2 / np.prod(shape[:-1]))
        elif kind in ("gamma", "running_var"):
            values = np.ones(shape) if kind == "running_var" else 1 + 0.1 * values
        else:
            values = np.zeros(shape) if kind == "running_mean" else 0.1 * values
        found[name] = values.astype(np.float32)
    return found


class Twin:
    """The same network in PyTorch, from the spec's layers and fitcli's weights by name."""

    def __init__(self, spec, arrays: dict[str, np.ndarray], double: bool):
        import torch

        torch.set_num_threads(1)  # its threads wait for each other for long on a busy machine
        self.torch, self.dtype = torch, torch.float64 if double else torch.float32
        shape, parts = SHAPE, []
        for index, layer in enumerate(spec.model):
            own = {n.rpartition(".")[2]: a for n, a in arrays.items() if n.startswith(f"{index}.{layer.name}.")}
            module, shape = self._layer(layer, own, shape)
            parts.append(module)
        self.network = torch.nn.Sequential(*parts).to(self.dtype)
        settings = spec.fit.optimizer
        if settings.name == "sgd":
            self.optimizer = torch.optim.SGD(self.network.parameters(), settings.lr, settings.momentum)
        else:
            self.optimizer = torch.optim.Adam(self.network.parameters(), settings.lr)

    def _layer(self, layer, own, shape):
        nn = self.torch.nn
        if layer.name == "conv":
            module = nn.Conv2d(shape[2], layer.filters, layer.kernel, padding=layer.kernel // 2, bias=layer.bias)
            own["weight"] = own["weight"].transpose(3, 2, 0, 1)  # height, width, in, out → out, in, height, width
            shape = (*shape[:2], layer.filters)
        elif layer.name == "batchnorm":
            module = nn.BatchNorm2d(shape[2], layer.eps, layer.momentum)
            own["weight"], own["bias"] = own.pop("gamma"), own.pop("beta")
        elif layer.name == "maxpool":
            module, shape = nn.MaxPool2d(layer.size), (shape[0] // layer.size, shape[1] // layer.size, shape[2])
        elif layer.name == "relu":
            module = nn.ReLU()
        elif layer.name == "flatten":
            module = nn.Flatten()  # of channels, height, width; the shape stays so that the next dense knows it
        else:
            rows, units = own["weight"].shape
            module = nn.Linear(rows, units)
            own["weight"] = own["weight"].T
            if len(shape) == 3:
                own["weight"] = own["weight"].reshape(units, *shape).transpose(0, 3, 1, 2).reshape(units, rows)
            shape = (units,)
        values = {name: self.torch.tensor(np.ascontiguousarray(a)) for name, a in own.items()}
        missing = module.load_state_dict(values, strict=False).missing_keys
        assert missing in ([], ["num_batches_tracked"]), missing
        return module, shape

    def pixels(self, images: np.ndarray):
        x = (images / 255 - np.array(MEAN)) / np.array(STD)
        return self.torch.tensor(np.ascontiguousarray(x.transpose(0, 3, 1, 2)), dtype=self.dtype)

    def step(self, images: np.ndarray, labels: np.ndarray) -> float:
        """The loss before the step, and the step."""
        self.network.train()
        self.optimizer.zero_grad()
        loss = self.torch.nn.functional.cross_entropy(self.network(self.pixels(images)), self.torch.tensor(labels))
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def outputs(self, images: np.ndarray) -> np.ndarray:
        """Outside of training."""
        self.network.eval()
        with self.torch.no_grad():
            return self.network(self.pixels(images)).numpy()


def main() -> None:
    from fitcli.model import build_model
    from fitcli.spec import parse_spec

    golden = {}
    images, labels = batches()
    for layers, optimizer in CASES:
        spec = parse_spec(spec_text(layers, optimizer))
        model = build_model(spec, tuple(map(str, range(CLASSES))), SHAPE)
        twin = Twin(spec, weights({name: view.shape for name, view in model.params.by_name.items()}), double=True)
        losses = [float(f"{twin.step(x, y):.9g}") for x, y in zip(images, labels, strict=True)]
        golden[f"{layers} {optimizer}"] = losses
        print(f"{layers} {optimizer}: {losses[0]:.4f} → {losses[-1]:.4f}")
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(losses)}" for name, losses in golden.items())
    Path(__file__).with_name("golden.json").write_text(f"{{\n{rows}\n}}\n")


if __name__ == "__main__":
    main()
