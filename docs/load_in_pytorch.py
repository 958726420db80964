#!/usr/bin/env python3
"""Loads a weight file of facemarks in PyTorch and marks crops with it. docs/weights.md tells the format.

    pip install torch safetensors pillow numpy
    python docs/load_in_pytorch.py MODEL.safetensors FACE.png...

As a module: `network, metadata = load(path)`, then `landmarks(network, metadata, crops)`.
"""
import json
import sys

import torch
from safetensors import safe_open
from torch import nn
from torch.nn import functional as F

SIDE = 96
LANDMARKS = 15


def activated(x, options):
    name = options.get("activation", "none")
    return {"none": lambda: x, "relu": lambda: F.relu(x), "leaky": lambda: F.leaky_relu(x, 0.01)}[name]()


def padding(options, extents, kernel, stride):
    """Left, right, top, bottom, as torch.nn.functional.pad wants them."""
    kind = options.get("padding", "valid")
    if kind == "valid":
        return [0, 0, 0, 0]
    if kind != "same":
        return [int(kind)] * 4
    result = []
    for extent, size in zip(reversed(extents), reversed(kernel)):
        missing = max((-(-extent // stride) - 1) * stride + size - extent, 0)
        result += [missing // 2, missing - missing // 2]
    return result


class Conv(nn.Conv2d):
    def __init__(self, options, channels):
        self.options = options
        size = options.get("kernel", 3)
        self.size = (options.get("kernelHeight", size), options.get("kernelWidth", size))
        super().__init__(
            channels, options["filters"], self.size, stride=options.get("stride", 1),
            groups=options.get("groups", 1), bias=options.get("bias", 1) == 1)

    def forward(self, x):
        sides = padding(self.options, x.shape[2:], self.size, self.stride[0])
        return activated(super().forward(F.pad(x, sides)), self.options)


class Dense(nn.Linear):
    def __init__(self, options, inputs):
        super().__init__(inputs, options["units"], bias=options.get("bias", 1) == 1)
        self.options = options

    def forward(self, x):
        return activated(super().forward(x.flatten(1)), self.options)


class Pool(nn.Module):
    def __init__(self, options, kind):
        super().__init__()
        self.options, self.kind = options, kind
        self.size = options.get("size", 2)
        self.stride = options.get("stride", self.size)

    def forward(self, x):
        sides = padding(self.options, x.shape[2:], (self.size, self.size), self.stride)
        if self.kind == "max_pool2d":
            return F.max_pool2d(F.pad(x, sides, value=float("-inf")), self.size, self.stride)
        # Pixels outside do not count: the mean with zeros there, over the share of pixels inside.
        inside = F.pad(torch.ones_like(x[:1, :1]), sides)
        return F.avg_pool2d(F.pad(x, sides), self.size, self.stride) / F.avg_pool2d(inside, self.size, self.stride)


def norm(options, shape):
    kind = nn.BatchNorm2d if len(shape) == 4 else nn.BatchNorm1d

    class Norm(kind):
        def forward(self, x):
            return activated(super().forward(x), options)

    return Norm(shape[1], eps=options.get("epsilon", 1e-5), momentum=options.get("momentum", 0.1))


class Mean(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


class Places(nn.Module):
    def forward(self, x):
        count, channels, height, width = x.shape
        density = x.flatten(2).softmax(2).reshape(x.shape)
        across = (2 * torch.arange(width) + 1) / width - 1
        down = (2 * torch.arange(height) + 1) / height - 1
        return torch.stack([density.sum(2) @ across, density.sum(3) @ down], 2).reshape(count, 2 * channels)


class Add(nn.Module):
    """The branches are its children 0, 1, ..., so that their weights are named as in the file."""

    def __init__(self, options, shape):
        super().__init__()
        self.options = options
        for number, layers in enumerate(options["branches"]):
            self.add_module(str(number), chain(layers, shape))

    def forward(self, x):
        return activated(sum(branch(x) for branch in self.children()), self.options)


class MultiScale(nn.Module):
    """Stages 0, 2, ..., each going on from the one before, with the heads 1, 3, ...; what the heads give in one row."""

    def __init__(self, options, shape):
        super().__init__()
        value = torch.zeros(shape)
        for number, layers in enumerate(options["branches"]):
            branch = chain(layers, value.shape)
            self.add_module(str(number), branch)
            if number % 2 == 0:
                with torch.no_grad():
                    value = branch(value)

    def forward(self, x):
        rows, branches = [], list(self.children())
        for stage, head in zip(branches[::2], branches[1::2]):
            x = stage(x)
            rows.append(head(x).flatten(1))
        return torch.cat(rows, 1)


def layer(description, shape):
    """The module of one layer for an input of this shape."""
    options = description.get("options", {})
    match description["type"]:
        case "conv2d":
            return Conv(options, shape[1])
        case "dense":
            return Dense(options, shape[1:].numel())
        case "max_pool2d" | "average_pool2d" as kind:
            return Pool(options, kind)
        case "global_average_pool":
            return Mean()
        case "spatial_softmax":
            return Places()
        case "batch_norm":
            return norm(options, shape)
        case "dropout":
            return nn.Dropout(options.get("rate", 0.5))
        case "relu":
            return nn.ReLU()
        case "leaky_relu":
            return nn.LeakyReLU(options.get("slope", 0.01))
        case "flatten":
            return nn.Flatten()
        case "add":
            return Add(options, shape)
        case "multi_scale":
            return MultiScale(options, shape)
        case other:
            raise ValueError(f"unknown layer '{other}'")


def chain(layers, shape):
    """The modules of layers that follow each other, made by sending an empty sample through."""
    result, value = nn.Sequential(), torch.zeros(shape)
    for description in layers:
        module = layer(description, value.shape).eval()
        with torch.no_grad():
            value = module(value)
        result.append(module)
    return result


def load(path):
    """The network of a weight file, ready for inference, and the file's metadata."""
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
        weights = {name: file.get_tensor(name) for name in file.keys()}
    description = json.loads(metadata["architecture"])
    network = chain(description["layers"], [1, *description["input"]])
    missing, unexpected = network.load_state_dict(weights, strict=False)
    # PyTorch counts batches; nothing here needs that.
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise ValueError(f"{path}: missing {missing}, unexpected {unexpected}")
    return network.eval(), metadata


def normalized(crops, metadata):
    """Gray values 0...255, [N, 1, 96, 96], as the network wants them."""
    if metadata["normalization"] == "unit":
        return crops / 255
    mean = crops.mean((1, 2, 3), keepdim=True)
    deviation = crops.std((1, 2, 3), keepdim=True, unbiased=False)
    return (crops - mean) / deviation.clamp(min=4)


def landmarks(network, metadata, crops):
    """x and y of every landmark in pixels of the crop, [N, landmarks, 2]."""
    with torch.no_grad():
        values = network(normalized(crops, metadata))
    # The confidences that some networks predict stand behind the 15 points.
    return (values[:, : 2 * LANDMARKS] * SIDE / 2 + SIDE / 2).reshape(len(crops), -1, 2)


def main():
    import numpy
    from PIL import Image

    network, metadata = load(sys.argv[1])
    for path in sys.argv[2:]:
        picture = Image.open(path).convert("L").resize((SIDE, SIDE))
        crop = torch.from_numpy(numpy.array(picture, dtype=numpy.float32))[None, None]
        for x, y in landmarks(network, metadata, crop)[0].tolist():
            print(f"{path}: {x:.2f} {y:.2f}")


if __name__ == "__main__":
    main()
