"""Eyebrows, eyelashes, hair and beards."""
import numpy as np

from . import plain_hair, shapes
from .raster import CUT_OUT, NO_SHADOW, TWO_SIDED
from .scene import HAIR, HEAD

# Linear light: black to fair, red, two greys, and how frequent they are in light and in dark people.
COLOURS = ((0.012, 0.010, 0.010), (0.03, 0.02, 0.015), (0.07, 0.04, 0.022), (0.15, 0.085, 0.04), (0.32, 0.2, 0.09),
           (0.55, 0.40, 0.2), (0.25, 0.08, 0.03), (0.35, 0.34, 0.33), (0.55, 0.53, 0.50))
OF_LIGHT = (0.28, 0.2, 0.16, 0.1, 0.07, 0.05, 0.04, 0.05, 0.05)
OF_DARK = (0.62, 0.22, 0.06, 0.02, 0.01, 0.01, 0.01, 0.03, 0.02)
STYLES = ("bald", "short01", "short02", "short03", "short04", "bob02", "long01", "braid01", "ponytail01", "afro01")
OF_MEN = (0.15, 0.16, 0.18, 0.06, 0.19, 0.015, 0.02, 0.01, 0.03, 0.05)
OF_WOMEN = (0.03, 0.04, 0.09, 0.04, 0.08, 0.13, 0.20, 0.14, 0.16, 0.05)
# What does not go under a hat.
HIGH = ("afro01", "short01", "ponytail01", "braid01")
FLAT = "short04"
BEARD_LAYERS = 5
STRANDS = CUT_OUT | TWO_SIDED | NO_SHADOW


def draw_colour(rng, head):
    chances = np.array(OF_DARK if head.complexion.is_dark or head.person.asian > 0.6 else OF_LIGHT)
    if head.person.age > 55:
        chances = chances * 0.25
        chances[7] += 0.4
        chances[8] += 0.35
    colour = np.array(COLOURS[rng.choice(len(COLOURS), p=chances / chances.sum())]) * np.exp(rng.normal(0, 0.2))
    return rng.uniform(0.02, 0.5, 3) if rng.random() < 0.03 else colour


def add_brows(rng, scene, assets, head, colour):
    """Eyebrows and eyelashes. Gives the brows' name and their vertices."""
    name = assets.brows[rng.integers(0, len(assets.brows))]
    if colour.mean() < 0.3:
        colour = np.minimum(colour * rng.uniform(0.5, 1.1), 0.35)
    else:
        colour = colour * rng.uniform(0.25, 0.8)
    brows = assets.proxies[name].fitted(head.vertices)
    scene.add_proxy(assets.proxies[name], brows, scene.material(name, colour * 0.9, 0, 10.0, flags=STRANDS), HEAD)
    if rng.random() < 0.93 and assets.lashes:
        lashes = str(rng.choice(assets.lashes)) if head.person.male < 0.5 else assets.lashes[0]
        proxy = assets.proxies[lashes]
        material = scene.material(lashes, np.minimum(colour, 0.05), 0, 10.0, flags=STRANDS)
        scene.add_proxy(proxy, proxy.fitted(head.vertices), material, HEAD)
    return name, brows


def draw_style(rng, head, hat):
    chances = np.array(OF_MEN if head.is_male else OF_WOMEN)
    if head.is_male and head.person.age > 45:
        chances[0] += 0.15
    style = str(rng.choice(STYLES, p=chances / chances.sum()))
    if hat in ("cap", "beanie", "fedora") and style in HIGH:
        return FLAT
    if hat in ("hood", "turban"):
        return "bald" if rng.random() < 0.6 else FLAT
    return style


def add(rng, scene, assets, head, style, colour):
    """The hair's parts; none on a bald head."""
    if style == "bald":
        return []
    if style not in assets.proxies:
        return plain_hair.add(rng, scene, assets, head, style, colour)
    proxy = assets.proxies[style]
    vertices = proxy.fitted(head.vertices)
    if rng.random() < 0.5:
        vertices = vertices * np.array([-1, 1, 1], np.float32)
    material = scene.material(f"hair_{style}", colour, float(rng.uniform(0, 0.10)), float(rng.uniform(8, 30)),
                              (0.25, 0.25, 0.25), CUT_OUT | TWO_SIDED)
    return [scene.add_proxy(proxy, vertices, material, HAIR, None, proxy.head_weight(assets.model))]


def add_beard(rng, scene, assets, head, colour):
    """Layers of strands above the skin, the outer ones smaller."""
    length = rng.uniform(0.02, 0.16)
    weight = assets.regions.moustache if rng.random() < 0.25 else assets.regions.beard
    texture = f"beard{rng.integers(0, 3)}"
    material = scene.material(texture, colour * rng.uniform(0.7, 1.1) + 0.004, 0.02, 12.0, (0.2, 0.2, 0.2), STRANDS)
    for layer in range(1, BEARD_LAYERS + 1):
        least = rng.uniform(0.12, 0.22) + 0.16 * layer
        height = length * layer / BEARD_LAYERS * np.clip(weight, 0.3, 1) + 0.006
        vertices, triangles, source = shapes.shell(
            assets.regions.outer_skin, head.vertices, head.normals, lambda _: weight - least, height)
        x, y, z = head.vertices[source].T
        uv = np.stack([np.arctan2(x, z) * 1.6, y * 1.3], axis=1).astype(np.float32)
        ambient = np.full(len(vertices), 0.55 + 0.45 * layer / BEARD_LAYERS, np.float32)
        scene.add(vertices, triangles, material, HAIR, uv, triangles, ambient)
    scene.objects.append("beard")
