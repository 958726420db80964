"""Lights around a head."""
from dataclasses import dataclass

import numpy as np

KINDS = ("soft", "key", "side", "back", "top", "low", "flash", "mixed")
SHARES = (0.22, 0.26, 0.13, 0.09, 0.08, 0.07, 0.06, 0.09)
# Of each kind: how bright are the surroundings, the first light, the second one.
STRENGTHS = {"soft": (0.75, 0.35, 0.15), "key": (0.28, 0.9, 0.15), "side": (0.12, 1.1, 0.05), "back": (0.22, 1.6, 0.12),
             "top": (0.25, 1.0, 0.1), "low": (0.2, 0.8, 0.1), "flash": (0.12, 1.0, 0.0), "mixed": (0.3, 0.7, 0.6)}
# And the limits of the first light's azimuth and elevation in degrees; whether it stands on either side.
DIRECTIONS = {"soft": ((-70, 70), (10, 70), False), "key": ((-60, 60), (5, 60), False), "side": ((65, 115), (-15, 45), True),
              "back": ((125, 180), (0, 50), True), "top": ((-50, 50), (60, 88), False), "low": ((-60, 60), (-60, -15), False),
              "flash": ((-6, 6), (-2, 12), False), "mixed": ((30, 90), (0, 50), True)}


@dataclass
class Light:
    """ambient [4, 3]: constant, and how it grows along the normal's x, y, z; directions [n, 3] towards the lights, in the camera's
    axes, and colours [n, 3]. The first light casts shadows."""
    kind: str
    ambient: np.ndarray
    directions: np.ndarray
    colours: np.ndarray


def draw(rng, wishes):
    kind = wishes.light or str(rng.choice(KINDS, p=SHARES))
    uniform = rng.uniform
    side = rng.choice([-1, 1])
    surroundings, first, second = STRENGTHS[kind]
    # Every kind's angles are drawn, whichever is used.
    angles = {}
    for name, (azimuth, elevation, has_side) in DIRECTIONS.items():
        angles[name] = ((side if has_side else 1) * uniform(*azimuth), uniform(*elevation))
    azimuth, elevation = angles[kind]
    directions = [_direction(azimuth, elevation)]
    colours = [_colour(rng, first * uniform(0.7, 1.3))]
    directions.append(_direction(-np.sign(azimuth) * uniform(30, 100), uniform(-10, 50)))
    colours.append(_colour(rng, second * uniform(0.3, 1.5)))
    if rng.random() < 0.35:
        directions.append(_direction(side * uniform(120, 170), uniform(0, 60)))
        colours.append(_colour(rng, uniform(0.2, 0.9)))
    ambient = np.zeros((4, 3))
    ambient[0] = _colour(rng, surroundings * uniform(0.6, 1.4))
    growth = rng.normal(0, 0.3, 3)
    growth[1] = -abs(growth[1]) - 0.1
    ambient[1:] = growth[:, None] * ambient[0] * np.exp(rng.normal(0, 0.12, (1, 3)))
    return Light(kind, ambient.astype(np.float32), np.array(directions).astype(np.float32), np.array(colours).astype(np.float32))


def _colour(rng, strength):
    """Warm or cold white."""
    colour = np.array([1, 0.93, 0.85]) if rng.random() < 0.5 else np.array([0.88, 0.95, 1.0])
    return (1 + (colour - 1) * rng.uniform(0, 1.5)) * strength


def _direction(azimuth, elevation):
    """Degrees, from the direction of the camera: to the picture's right and up."""
    azimuth, elevation = np.radians(azimuth), np.radians(elevation)
    return np.array([np.sin(azimuth) * np.cos(elevation), -np.sin(elevation), -np.cos(azimuth) * np.cos(elevation)])
