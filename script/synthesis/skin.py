"""The skin: its texture and tint, stubble, make-up, flush."""
from dataclasses import dataclass

import numpy as np

from .scene import HEAD, SKIN_WRAP


@dataclass
class Complexion:
    """name: of the texture; brightness: of the skin in linear light; stubble: 0...1; material: of the body without the head."""
    name: str
    is_dark: bool
    tint: np.ndarray
    specular: float
    gloss: float
    stubble: float
    brightness: float


def add(rng, scene, assets, head):
    person = head.person
    is_dark = person.african > 0.55 or bool(person.african > 0.35 and rng.random() < 0.5)
    name = _texture(rng, assets, person, is_dark)
    brightness = float(np.exp(rng.normal(0, 0.18)))
    if is_dark:
        brightness *= float(np.exp(rng.uniform(np.log(0.8), np.log(4.5))))
    else:
        brightness *= 1.0 - 0.35 * person.african - 0.1 * person.asian * rng.random()
    red = brightness * np.exp(rng.normal(-0.12 if is_dark else -0.04, 0.05))
    blue = brightness * np.exp(rng.normal(0.15 if is_dark else 0.05, 0.08))
    tint = np.array([red, brightness, blue])
    specular, gloss = float(rng.uniform(0.02, 0.16)), float(rng.uniform(6, 26))
    materials = [scene.material(f"{part}_{name}", tint, specular, gloss, SKIN_WRAP) for part in ("head", "body")]
    colour, stubble = _painted(rng, assets.regions, head)
    head.complexion = Complexion(name, is_dark, tint, specular, gloss, stubble,
                                 assets.brightness[name] * float(tint @ [0.3, 0.59, 0.11]))
    _add_body(scene, assets, head, materials, colour)


def _texture(rng, assets, person, is_dark):
    """Names tell age, colour and sex: young_lightskinned_female2."""
    old = person.age > 58
    chances = []
    for name in assets.skins:
        chance = 1.0
        if ("darkskinned" in name) != is_dark:
            chance = 0.02
        if ("old" in name) != old:
            chance *= 0.12
        if "middleage" in name and person.age < 30:
            chance *= 0.05
        if name.split("_")[-1].startswith("male") != (person.male > 0.5):
            chance *= 0.25
        if person.age < 14 and ("old" in name or "middleage" in name or "_male" in name):
            chance *= 0.1
        chances.append(chance)
    return str(rng.choice(assets.skins, p=np.array(chances) / sum(chances)))


def _painted(rng, regions, head):
    """The colour that multiplies the texture at each vertex, and how strong the stubble is."""
    colour = np.ones((len(head.vertices), 3), np.float32)
    age, stubble = head.person.age, 0.0
    if head.is_male and age > 17 and rng.random() < 0.6:
        stubble = rng.uniform(0.1, 0.75)
        colour *= 1 - (regions.beard * stubble)[:, None] * np.array([0.75, 0.68, 0.6], np.float32)
    if head.person.male < 0.5 and age > 14 and rng.random() < 0.45:
        lips = np.array([rng.uniform(0.7, 1.3), rng.uniform(0.25, 0.8), rng.uniform(0.3, 0.9)], np.float32)
        colour *= 1 + (regions.lips * rng.uniform(0.2, 1))[:, None] * (lips - 1)
    if head.person.male < 0.5 and age > 14 and rng.random() < 0.35:
        lids = rng.uniform(0.25, 0.9, 3).astype(np.float32)
        colour *= 1 + (regions.lids * rng.uniform(0.2, 0.9))[:, None] * (lids - 1)
    if rng.random() < 0.5:
        colour *= 1 + (regions.cheeks * rng.uniform(0, 0.35))[:, None] * np.array([0.25, -0.35, -0.3], np.float32)
    return colour, stubble


def _add_body(scene, assets, head, materials, colour):
    model, regions = assets.model, assets.regions
    triangles, corners = model.triangles("body")
    scene.add(head.vertices, triangles, np.where(regions.is_head, *materials).astype(np.int32), HEAD,
              np.concatenate([model.uv, regions.head_uv]),
              np.where(regions.is_head[:, None], corners + len(model.uv), corners),
              assets.ambient.copy(), colour, model.head_weight)
