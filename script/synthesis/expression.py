"""What a face does: the mouth, the brows, the gaze, from 52 face units (names as in Apple's ARKit)."""
from dataclasses import dataclass

import numpy as np

from . import eyelids
from .model import EYEBALLS

KINDS = ("neutral", "mild", "smile", "laugh", "talk", "open", "pucker", "sad", "angry", "surprise", "random", "yawn")
SHARES = (0.20, 0.16, 0.14, 0.06, 0.11, 0.05, 0.05, 0.05, 0.05, 0.04, 0.07, 0.02)
ANY = (
    "browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft cheekSquintRight jawForward "
    "jawLeft jawOpen jawRight mouthDimpleLeft mouthDimpleRight mouthFrownLeft mouthFrownRight mouthFunnel mouthLeft mouthRight "
    "mouthLowerDownLeft mouthLowerDownRight mouthPressLeft mouthPressRight mouthPucker mouthRollLower mouthRollUpper "
    "mouthShrugLower mouthShrugUpper mouthSmileLeft mouthSmileRight mouthStretchLeft mouthStretchRight mouthUpperUpLeft "
    "mouthUpperUpRight noseSneerLeft noseSneerRight eyeSquintLeft eyeSquintRight").split()


@dataclass
class Expression:
    """gaze: yaw and pitch of each eye (l, r) in degrees relative to the head, positive to the subject's left and up."""
    kind: str
    eyes: str
    gaze: dict
    units: dict


class Units:
    """The weights of the face units, drawn unit by unit."""

    def __init__(self, rng):
        self.rng, self.weights = rng, {}

    def set(self, name, weight):
        self.weights[name] = weight

    def both(self, name, weight, difference=0.15):
        """The left and the right one, a little different from each other."""
        self.weights[f"{name}Left"] = weight * (1 + self.rng.uniform(-difference, difference))
        self.weights[f"{name}Right"] = weight * (1 + self.rng.uniform(-difference, difference))


def draw(rng, model, marks, vertices, wishes):
    """Draws an expression and moves the vertices."""
    kind = wishes.expression or rng.choice(KINDS, p=SHARES)
    units = Units(rng)
    _mouth_and_brows(rng, units, kind)
    yaw, pitch = _gaze(rng, units, wishes)
    for name, weight in units.weights.items():
        if weight:
            _move(model, vertices, name, weight)
    vergence = rng.uniform(0, 2.5)
    gaze = {"l": (yaw - vergence, pitch), "r": (yaw + vergence, pitch)}
    eyes, openness = eyelids.draw(rng, wishes)
    if eyes == "wide":
        units.both("eyeWide", rng.uniform(0.3, 1))
        for side in ("Left", "Right"):
            _move(model, vertices, f"eyeWide{side}", units.weights[f"eyeWide{side}"])
    for side in "lr":
        eyelids.close(model, marks, vertices, side, openness[side])
    used = {name: round(float(weight), 3) for name, weight in units.weights.items() if weight}
    return Expression(str(kind), str(eyes), gaze, used)


def _move(model, vertices, name, weight):
    """Eyeballs turn by themselves (eyes.py); the units of looking move the lids alone."""
    moved, delta = model.target(f"unit/{name}")
    if name.startswith("eyeLook"):
        skin = (moved < EYEBALLS.start) | (moved >= EYEBALLS.stop)
        moved, delta = moved[skin], delta[skin]
    vertices[moved] += delta * np.float32(weight)


def _mouth_and_brows(rng, units, kind):
    uniform, both, put = rng.uniform, units.both, units.set
    if kind == "smile":
        strength = uniform(0.3, 1)
        both("mouthSmile", strength)
        both("cheekSquint", strength * uniform(0.2, 0.8))
        put("jawOpen", uniform(0, 0.25) * (rng.random() < 0.5))
        if rng.random() < 0.6:
            both("mouthUpperUp", strength * uniform(0.2, 0.7))
            both("mouthLowerDown", strength * uniform(0, 0.4))
    elif kind == "laugh":
        both("mouthSmile", uniform(0.6, 1))
        both("cheekSquint", uniform(0.4, 1))
        put("jawOpen", uniform(0.2, 0.6))
        both("mouthUpperUp", uniform(0.2, 0.6))
    elif kind == "talk":
        put("jawOpen", uniform(0.03, 0.35))
        put("mouthFunnel", uniform(0, 0.6) * (rng.random() < 0.5))
        both("mouthStretch", uniform(0, 0.5) * (rng.random() < 0.5))
        both("mouthLowerDown", uniform(0, 0.6))
        both("mouthUpperUp", uniform(0, 0.4))
    elif kind == "open":
        put("jawOpen", uniform(0.3, 0.9))
        put("mouthFunnel", uniform(0, 0.5))
    elif kind == "yawn":
        put("jawOpen", uniform(0.8, 1.15))
        both("cheekSquint", uniform(0.3, 0.9))
    elif kind == "pucker":
        put("mouthPucker", uniform(0.4, 1))
        put("mouthFunnel", uniform(0, 0.4))
    elif kind == "sad":
        both("mouthFrown", uniform(0.3, 1))
        put("browInnerUp", uniform(0.3, 1))
        put("mouthShrugLower", uniform(0, 0.6))
    elif kind == "angry":
        both("browDown", uniform(0.4, 1))
        both("noseSneer", uniform(0, 0.8))
        both("mouthPress", uniform(0, 0.7))
        both("eyeSquint", uniform(0.1, 0.7))
    elif kind == "surprise":
        put("browInnerUp", uniform(0.4, 1))
        both("browOuterUp", uniform(0.4, 1))
        both("eyeWide", uniform(0.3, 1))
        put("jawOpen", uniform(0.1, 0.6))
    elif kind in ("random", "mild"):
        for name in rng.choice(ANY, rng.integers(2, 7), replace=False):
            put(name, uniform(0, 0.35 if kind == "mild" else 0.8))
    if rng.random() < 0.3:
        if rng.random() < 0.5:
            put("browInnerUp", max(units.weights.get("browInnerUp", 0), uniform(0, 0.7)))
            both("browOuterUp", uniform(0, 0.7))
        else:
            both("browDown", uniform(0, 0.6))
    if units.weights.get("jawOpen", 0) > 0.3 and rng.random() < 0.06:
        put("tongueOut", uniform(0.3, 1))


def _gaze(rng, units, wishes):
    spread = (14, 8) if rng.random() < 0.7 else (3, 3)
    middle = -1 if spread[1] == 8 else 0
    yaw, pitch = rng.normal(0, spread[0]), rng.normal(middle, spread[1])
    yaw, pitch = float(np.clip(yaw, -38, 38)), float(np.clip(pitch, -28, 24))
    if wishes.gaze is not None:
        yaw, pitch = wishes.gaze
    sideways = yaw / 38
    if sideways > 0:
        units.set("eyeLookOutLeft", sideways)
        units.set("eyeLookInRight", sideways)
    else:
        units.set("eyeLookInLeft", -sideways)
        units.set("eyeLookOutRight", -sideways)
    if pitch > 0:
        units.both("eyeLookUp", pitch / 28, 0)
    else:
        units.both("eyeLookDown", -pitch / 30, 0)
    return yaw, pitch
