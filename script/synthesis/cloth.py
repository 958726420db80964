"""Colours and patterns of things, and how cloth wraps around a head."""
import numpy as np

from .textures import CLOTHS


def draw_cloth(rng):
    return f"cloth{rng.integers(0, CLOTHS)}"


def draw_colour(rng):
    """Any colour, or one of five greys; linear light."""
    if rng.random() < 0.6:
        return np.clip(rng.dirichlet([1, 1, 1]) * rng.uniform(0.05, 1.6), 0.01, 0.95)
    return np.full(3, rng.choice([0.015, 0.04, 0.15, 0.4, 0.8]))


def around_uv(vertices, axis_depth, stretch):
    """Texture corners around an upright axis at that depth (dm)."""
    x, y, z = vertices.T
    return np.stack([np.arctan2(x, z - axis_depth) * 1.5, y * stretch], axis=1).astype(np.float32)


def flat_uv(vertices, across, upwards):
    return np.stack([vertices[:, 0] * across, vertices[:, 1] * upwards], axis=1).astype(np.float32)
