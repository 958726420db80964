"""What is held in front of the face: hands, phones, microphones, cups, bars."""
import numpy as np

from . import shapes
from .cloth import draw_cloth, draw_colour
from .head import BROW, CHEEK, CHIN, LIP_MIDDLE, LIP_TOP, NOSE_MIDDLE, NOSE_TIP
from .raster import TWO_SIDED
from .scene import OBJECT, SKIN_WRAP

THINGS = ("none", "hand", "hand2", "phone", "mic", "cup", "bar")
SHARES = (0.875, 0.06, 0.02, 0.015, 0.01, 0.01, 0.01)
# What a hand goes to: mouth, chin, nose, brow, jaw, cheek.
TARGETS = (LIP_TOP, CHIN, NOSE_MIDDLE, BROW, 7595, 7459, CHEEK, NOSE_TIP)
# Of the left arm of the base mesh, whatever lies beyond this is the hand; dm.
WRIST = 4.35


def add(rng, scene, assets, head, wishes):
    thing = wishes.thing or str(rng.choice(THINGS, p=SHARES))
    if thing in ("hand", "hand2"):
        for _ in range(2 if thing == "hand2" else 1):
            _add_hand(rng, scene, assets, head)
    elif thing != "none":
        {"phone": _add_phone, "mic": _add_microphone, "cup": _add_cup, "bar": _add_bar}[thing](rng, scene, head)
        scene.objects.append(thing)


def _rotation(axis, angle):
    """About x, y or z (0, 1, 2), in radians."""
    result = np.eye(3)
    first, second = [other for other in range(3) if other != axis]
    if axis == 1:
        first, second = second, first
    result[first, first] = result[second, second] = np.cos(angle)
    result[first, second], result[second, first] = -np.sin(angle), np.sin(angle)
    return result


def _add_hand(rng, scene, assets, head):
    """The body's left hand and forearm, mirrored or not, brought in front of the face."""
    model = assets.model
    triangles, corners = model.triangles("arm")
    source, inverse = np.unique(triangles, return_inverse=True)
    arm = head.vertices[source].copy()
    arm -= head.vertices[model.group("joint-l-hand")].mean(axis=0)
    is_hand = model.vertices[source][:, 0] > WRIST
    hand = arm[is_hand]
    placed = arm @ _hand_axes(hand).T
    if rng.random() < 0.5:
        placed[:, 0] *= -1
    if rng.random() < 0.5:
        placed[:, 2] *= -1
    around, nod, turn = rng.normal(0, 0.7), rng.normal(0, 0.35), rng.normal(0, 0.6)
    rotation = _rotation(2, around) @ _rotation(0, nod) @ _rotation(1, turn)
    # Fingers bend a little around the face.
    placed[:, 2] -= 0.25 * np.clip(placed[:, 1] - 0.7, 0, 2) ** 2 * rng.uniform(-0.3, 1)
    placed = (placed - [0, rng.uniform(0.3, 1.3), 0]) @ rotation.T
    target = head.vertices[rng.choice(TARGETS)] * [rng.choice([-1, 1]), 1, 1] + [rng.normal(0, 0.15), rng.normal(0, 0.15), 0]
    placed = placed + target
    placed[:, 2] += max(0.0, (target[2] + rng.uniform(0.05, 0.5)) - np.quantile(placed[is_hand, 2], 0.15))
    skin = head.complexion
    material = scene.material(f"body_{skin.name}", skin.tint * rng.uniform(0.85, 1.15), skin.specular, skin.gloss, SKIN_WRAP,
                              TWO_SIDED)
    scene.add(placed.astype(np.float32), inverse.reshape(-1, 3).astype(np.int32), material, OBJECT, model.uv, corners)
    scene.objects.append("hand")


def _hand_axes(hand):
    """Rows: across the hand, towards the finger tips, and through the palm; the hand hangs from the wrist at 0."""
    direction = hand.mean(axis=0) / np.linalg.norm(hand.mean(axis=0))
    tips = hand[np.argsort(hand @ direction)[-30:]].mean(axis=0)
    along = tips / np.linalg.norm(tips)
    _, _, axes = np.linalg.svd(hand - hand.mean(axis=0), full_matrices=False)
    through = axes[2] - along * (axes[2] @ along)
    through /= np.linalg.norm(through)
    return np.stack([np.cross(through, along), along, through])


def _add_phone(rng, scene, head):
    side = rng.choice([-1, 1])
    center = head.vertices[CHEEK] * [side, 1, 1] + [side * rng.uniform(0.1, 0.3), rng.uniform(-0.3, 0.3), rng.uniform(0, 0.4)]
    rotation = _rotation(2, rng.normal(0, 0.3))
    half = (0.04, 0.75, 0.38)
    if rng.random() < 0.4:
        center = head.vertices[NOSE_MIDDLE] + [rng.normal(0, 0.4), rng.normal(-0.3, 0.4), rng.uniform(0.5, 1.2)]
        half = (0.38, 0.75, 0.04)
    vertices, triangles = shapes.box(center, np.array(half), rotation)
    scene.add(vertices, triangles, scene.material(None, draw_colour(rng), 0.4, 40.0, flags=TWO_SIDED), OBJECT)


def _add_microphone(rng, scene, head):
    center = head.vertices[LIP_MIDDLE] + [rng.normal(0, 0.2), rng.normal(-0.15, 0.12), rng.uniform(0.25, 0.5)]
    radius = rng.uniform(0.2, 0.3)
    ball = shapes.ellipsoid(center, radius)
    scene.add(*ball, scene.material("cloth7", rng.uniform(0.01, 0.3, 3), 0.2, 20.0, flags=TWO_SIDED), OBJECT)
    end = center + [rng.normal(0, 0.5), -1.6, rng.uniform(0.1, 0.8)]
    handle = shapes.tube(np.array([center, end], np.float32), radius * 0.6, 10)
    scene.add(*handle, scene.material(None, (0.02, 0.02, 0.02), 0.3, 30.0, flags=TWO_SIDED), OBJECT)


def _add_cup(rng, scene, head):
    center = head.vertices[LIP_MIDDLE] + [rng.normal(0, 0.1), rng.uniform(-0.3, 0.15), 0.42]
    path = np.array([center + [0, -0.45, 0.15], center + [0, 0.0, 0.05], center + [0, 0.45, -0.05]], np.float32)
    cup = shapes.tube(path, rng.uniform(0.32, 0.42), 18)
    scene.add(*cup, scene.material("cloth9", draw_colour(rng), 0.2, 30.0, (0.1, 0.1, 0.1), TWO_SIDED), OBJECT)


def _add_bar(rng, scene, head):
    center = head.vertices[NOSE_MIDDLE] + [rng.normal(0, 0.5), rng.normal(0, 0.5), rng.uniform(0.5, 1.5)]
    angle = rng.uniform(0, np.pi)
    direction = np.array([np.cos(angle), np.sin(angle), rng.normal(0, 0.3)])
    path = np.array([center - 3 * direction, center, center + 3 * direction], np.float32)
    bar = shapes.tube(path, rng.uniform(0.05, 0.25), 8)
    scene.add(*bar, scene.material(draw_cloth(rng), draw_colour(rng), 0.1, 20.0, flags=TWO_SIDED), OBJECT)
