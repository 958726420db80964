"""Draws a scene: which triangle each pixel shows, the shadow map, the light, the lenses."""
from dataclasses import dataclass

import cv2
import numpy as np

from . import raster, shading

OVERSAMPLING = 2
# The shadow map: pixels, half its extent and its bias in metres; its middle lies below and behind the eyes.
SHADOW_SIDE, SHADOW_RADIUS, SHADOW_BIAS = 224, 0.21, 0.0045
SHADOW_MIDDLE = np.array([0, -0.03, -0.03])
NEAREST = 0.03


@dataclass
class View:
    """What the picture shows, oversampled: inverse depths (1/m; 0: nothing) of the head and of everything, the triangle of each
    pixel (-1: none) and each triangle's kind, where dark lenses are (None: nowhere); in the picture's size linear light and how much
    of each pixel is covered."""
    side: int
    oversampling: int
    head_depth: np.ndarray
    depth: np.ndarray
    triangle: np.ndarray
    kinds: np.ndarray
    dark_lens: np.ndarray
    light: np.ndarray
    coverage: np.ndarray


def draw(rng, scene, assets, geometry, camera, light, side):
    extent = side * OVERSAMPLING
    places, numbers, flags = scene.materials()
    screen, inverse_depth = _screen(geometry.vertices, camera)
    depth, triangle = np.zeros((extent, extent), np.float32), np.full((extent, extent), -1, np.int32)
    second, third = np.zeros((extent, extent), np.float32), np.zeros((extent, extent), np.float32)

    def rasterise(start, end):
        raster.rasterise(screen, inverse_depth, geometry.triangles, geometry.uv_triangles, geometry.uv, geometry.materials, places,
                         flags, assets.atlas.bytes, start, end, depth, triangle, second, third)

    rasterise(0, geometry.first_cover)
    head_depth = depth.copy()
    rasterise(geometry.first_cover, len(geometry.triangles))
    to_map, shadow = _shadow_map(geometry, flags, camera, light)
    picture, coverage = np.zeros((extent, extent, 3), np.float32), np.zeros((extent, extent), np.float32)
    shading.shade(geometry.vertices, geometry.normals, geometry.colour, geometry.ambient, geometry.triangles, geometry.uv_triangles,
                 geometry.uv, geometry.materials, places, flags, numbers, assets.atlas.bytes, assets.linear, triangle, second, third,
                 light.ambient, light.directions, light.colours, shadow, to_map, np.float32(SHADOW_BIAS),
                 np.float32(rng.uniform(0.8, 3.0)), picture, coverage)
    dark_lens = None
    if scene.lenses is not None:
        drawn = _draw_lenses(rng, scene.lenses, camera, light, depth, picture)
        dark_lens = drawn if scene.lenses.hides else None
    small = (side, side)
    return View(side, OVERSAMPLING, head_depth, depth, triangle, geometry.kinds, dark_lens,
                cv2.resize(picture, small, interpolation=cv2.INTER_AREA), cv2.resize(coverage, small, interpolation=cv2.INTER_AREA))


def _screen(vertices, camera):
    """Oversampled pixels [n, 2] and inverse depths [n], 0 for what is behind the camera or too near."""
    depth = vertices[:, 2]
    inverse = np.where(depth > NEAREST, 1 / np.maximum(depth, NEAREST), 0).astype(np.float32)
    column = ((camera.focal * vertices[:, 0] * inverse + camera.cx) + 0.5) * OVERSAMPLING - 0.5
    row = ((camera.focal * vertices[:, 1] * inverse + camera.cy) + 0.5) * OVERSAMPLING - 0.5
    return np.stack([column, row], axis=1).astype(np.float32), inverse


def _shadow_map(geometry, flags, camera, light):
    """The map from the camera's coordinates to the first light's, [3, 4], and the least depth at each place."""
    towards = light.directions[0]
    across = np.cross(towards, [0, 1, 0.1])
    across /= np.linalg.norm(across)
    upwards = np.cross(towards, across)
    center = camera.translation + camera.rotation @ SHADOW_MIDDLE
    scale = SHADOW_SIDE / (2 * SHADOW_RADIUS)
    to_map = np.array([[*(across * scale), SHADOW_SIDE / 2 - (across @ center) * scale],
                       [*(upwards * scale), SHADOW_SIDE / 2 - (upwards @ center) * scale],
                       [*(-towards), towards @ center]], np.float32)
    seen = geometry.vertices @ to_map[:, :3].T + to_map[:, 3]
    shadow = np.full((SHADOW_SIDE, SHADOW_SIDE), 1e9, np.float32)
    raster.depth_map(np.ascontiguousarray(seen[:, :2]).astype(np.float32), seen[:, 2].astype(np.float32), geometry.triangles,
                     geometry.materials, flags, shadow)
    return to_map, shadow


def _draw_lenses(rng, lenses, camera, light, depth, picture):
    """Gives where lenses were drawn."""
    vertices = camera.seen(lenses.vertices).astype(np.float32)
    normals = np.zeros_like(vertices)
    raster.vertex_normals(vertices, lenses.triangles, normals)
    screen, inverse = _screen(vertices, camera)
    drawn = np.zeros(depth.shape, np.uint8)
    brightness = light.ambient[0].mean()
    # What is reflected: below, above, how strong, and a pattern of stripes: its contrast and two phases.
    surroundings = np.array([brightness * 0.5, brightness * rng.uniform(1, 4), rng.uniform(0, 1.0) ** 2 * 1.6, rng.uniform(0, 0.9),
                             rng.uniform(0, 6), rng.uniform(0, 6)], np.float32)
    raster.blend_lenses(screen, inverse, lenses.triangles, vertices, normals, depth, picture, lenses.colour.astype(np.float32),
                        np.float32(lenses.opacity), light.directions, light.colours, surroundings, drawn)
    return drawn
