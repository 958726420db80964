"""Caps, beanies, felt hats, hoods and turbans."""
import numpy as np

from . import shapes
from .cloth import around_uv, draw_cloth, draw_colour
from .head import BROW, FOREHEAD
from .raster import TWO_SIDED
from .scene import OBJECT

HATS = ("none", "cap", "beanie", "fedora", "hood", "turban")
SHARES = (0.80, 0.065, 0.045, 0.03, 0.04, 0.02)
CLOTH_WRAP = (0.1, 0.1, 0.1)


def draw(rng, wishes):
    return wishes.hat or str(rng.choice(HATS, p=SHARES))


def add(rng, scene, assets, head, hat, hair):
    """hair: the parts of the scene that go where the hat sits."""
    if hat == "none":
        return
    if hat == "fedora" and not assets.hats:
        hat = "cap"
    wearer = _Wearer(assets, head, hair)
    if hat in ("cap", "beanie"):
        _add_cap(rng, scene, wearer, hat)
    elif hat == "fedora":
        _add_fedora(rng, scene, assets, wearer)
    elif hat == "hood":
        _add_hood(rng, scene, assets, wearer)
    else:
        _add_turban(rng, scene, assets, wearer)


class _Wearer:
    def __init__(self, assets, head, hair):
        self.skin, self.head, self.hair = assets.regions.outer_skin, head, hair
        self.brow_height = head.vertices[BROW][1]
        self.forehead_depth = head.vertices[FOREHEAD][2]
        top = head.vertices[assets.model.triangles("body")[0].ravel(), 1].max()
        # From the eyes to the top of the head.
        self.height = top - head.eye_height

    def cover(self, inside, offset, smoothings):
        """A shell over the head; hair there goes."""
        self.flatten(inside)
        return shapes.shell(self.skin, self.head.vertices, self.head.normals, inside, offset, smoothings)

    def flatten(self, inside):
        for part in self.hair:
            part.keep(~(inside(part.vertices)[part.triangles] > -0.02).any(axis=1))


def _add_cap(rng, scene, wearer, hat):
    colour = draw_colour(rng)
    low = wearer.brow_height + rng.uniform(0.03, 0.30) * wearer.height
    tilt = rng.uniform(-0.05, 0.18) if hat == "cap" else rng.uniform(-0.15, 0.05)
    if hat == "beanie":
        tilt += rng.uniform(0.0, 0.25) * 0.3
    floor = wearer.head.eye_height - 0.35

    def inside(points):
        above = points[:, 1] - (low + (points[:, 2] - wearer.forehead_depth) * tilt)
        return above * (points[:, 1] > floor)

    vertices, triangles, _ = wearer.cover(inside, rng.uniform(0.06, 0.14), 3)
    upwards = np.clip((vertices[:, 1] - low) / wearer.height, 0, 1) ** 2
    vertices[:, 1] += upwards * rng.uniform(0.02, 0.30) * (1 if hat == "beanie" else 0.4)
    material = scene.material(draw_cloth(rng), colour, 0.01, 8.0, CLOTH_WRAP, TWO_SIDED)
    scene.add(vertices, triangles, material, OBJECT, around_uv(vertices, 0.4, 1), triangles)
    scene.objects.append(hat)
    if hat == "cap" and rng.random() < 0.9 and len(vertices):
        _add_visor(rng, scene, vertices, low, colour)


def _add_visor(rng, scene, cap, low, colour, columns=17, rows=5):
    width = np.abs(cap[:, 0]).max() * 0.92
    front, height = cap[:, 2].max() + 0.02, low + 0.03
    is_behind = rng.random() < 0.06
    length, drop = rng.uniform(0.5, 0.85), rng.uniform(0.12, 0.55)
    middle = front - width * 0.95
    grid = []
    for outward in np.linspace(0, 1, rows):
        for angle in np.linspace(-1.25, 1.25, columns):
            reach = length * outward * np.cos(angle / 1.25 * np.pi / 2) ** 0.6
            bend = 0.25 * abs(np.sin(angle)) ** 2 * 0.35 * outward
            grid.append([width * np.sin(angle), height - drop * reach - bend, middle + width * 0.97 * np.cos(angle) + reach])
    vertices = np.array(grid, np.float32)
    if is_behind:
        vertices[:, 2] = 0.7 - (vertices[:, 2] - 0.5)
    corners = [(row * columns + column, (row + 1) * columns + column) for row in range(rows - 1) for column in range(columns - 1)]
    triangles = [[here, there, there + 1] for here, there in corners] + [[here, there + 1, here + 1] for here, there in corners]
    material = scene.material("cloth9", colour * rng.uniform(0.5, 1.2), 0.01, 8.0, CLOTH_WRAP, TWO_SIDED)
    scene.add(vertices, np.array(triangles, np.int32), material, OBJECT)


def _add_fedora(rng, scene, assets, wearer):
    name = str(rng.choice(assets.hats))
    wearer.flatten(lambda points: points[:, 1] - (wearer.brow_height + 0.75 * wearer.height))
    proxy = assets.proxies[name]
    material = scene.material("cloth5", draw_colour(rng), 0.01, 8.0, CLOTH_WRAP, TWO_SIDED)
    scene.add(proxy.fitted(wearer.head.vertices), proxy.triangles, material, OBJECT)
    scene.objects.append(name)


def _add_hood(rng, scene, assets, wearer):
    """A head scarf or a hood: all but an oval of the face."""
    colour = draw_colour(rng)
    depth = rng.uniform(0.55, 1.0)
    half_width, half_height = rng.uniform(0.50, 0.66), rng.uniform(0.62, 0.82)
    middle = wearer.head.eye_height - rng.uniform(0.12, 0.28)
    lowest = (5.4 if rng.random() < 0.75 else 6.5) + wearer.head.rise

    def inside(points):
        x, y, z = points[:, 0], points[:, 1], points[:, 2]
        outside_oval = np.sqrt((x / half_width) ** 2 + ((y - middle) / half_height) ** 2) - 1
        return np.where(y > lowest, np.maximum(outside_oval, depth - 0.35 - z), -1) * 0.3

    vertices, triangles, source = wearer.cover(inside, rng.uniform(0.06, 0.16), 4)
    _add_wrapped(rng, scene, assets, (vertices, triangles, source), colour, "hood")


def _add_turban(rng, scene, assets, wearer):
    colour = draw_colour(rng)
    low = wearer.brow_height + rng.uniform(0.05, 0.3) * wearer.height
    vertices, triangles, source = wearer.cover(
        lambda points: points[:, 1] - (low + (points[:, 2] - wearer.forehead_depth) * 0.3), 0.16, 3)
    vertices[:, 1] += np.clip((vertices[:, 1] - low) / wearer.height, 0, 1) * 0.2
    _add_wrapped(rng, scene, assets, (vertices, triangles, source), colour, "turban")


def _add_wrapped(rng, scene, assets, shell, colour, name):
    vertices, triangles, source = shell
    material = scene.material(draw_cloth(rng), colour, 0.01, 8.0, CLOTH_WRAP, TWO_SIDED)
    scene.add(vertices, triangles, material, OBJECT, around_uv(vertices, 0.4, 1.2), triangles, None, None,
              assets.model.head_weight[source])
    scene.objects.append(name)
