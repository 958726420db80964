"""How much of the surroundings' light reaches each vertex of the skin, computed once on an average adult."""
import numpy as np

from . import package, raster

DIRECTIONS = 400
# Of the depth maps: pixels; how far above the skin is looked, and how much deeper than the nearest surface that may lie; dm.
MAP_SIDE, LIFT, BIAS = 1024, 0.02, 0.02


def load(model):
    """[n], 0...1: from the cache, or computed (some seconds)."""
    return package.cached(f"ambient-{DIRECTIONS}", lambda: {"ambient": compute(model)})["ambient"].astype(np.float32)


def compute(model):
    vertices = model.grown(27, 0.5, (0.3, 0.3, 0.4), 0.5, 0.5)
    triangles = model.triangles("body")[0]
    normals = np.zeros_like(vertices)
    raster.vertex_normals(vertices, triangles, normals)
    used = np.unique(triangles)
    low, high = vertices[used].min(axis=0), vertices[used].max(axis=0)
    center, radius = (low + high) / 2, np.linalg.norm(high - low) / 2
    materials, flags = np.zeros(len(triangles), np.int32), np.zeros(1, np.int64)
    total, seen = np.zeros(len(vertices)), np.zeros(len(vertices))
    for direction in _sphere(DIRECTIONS):
        axes = _axes(direction)
        positions, distances = _on_map((vertices - center) @ axes.T, radius)
        nearest = np.full((MAP_SIDE, MAP_SIDE), 1e9, np.float32)
        raster.depth_map(positions, distances, triangles, materials, flags, nearest)
        positions, distances = _on_map((vertices + LIFT * normals - center) @ axes.T, radius)
        column, row = np.clip(positions.round().astype(int), 0, MAP_SIDE - 1).T
        facing = np.maximum(normals @ direction, 0)
        total += facing
        seen += facing * (distances <= nearest[row, column] + BIAS)
    # Helpers, which are not skin, get all of it.
    return np.where(total > 0, seen / np.maximum(total, 1e-9), 1).astype(np.float16)


def _on_map(placed, radius):
    return ((placed[:, :2] / radius + 1) * (MAP_SIDE / 2)).astype(np.float32), -placed[:, 2].astype(np.float32)


def _sphere(count):
    """Unit vectors spread evenly, after Fibonacci."""
    number = np.arange(count) + 0.5
    height, turn = 1 - 2 * number / count, np.pi * (1 + 5**0.5) * number
    radius = np.sqrt(1 - height**2)
    return np.stack([radius * np.cos(turn), height, radius * np.sin(turn)], axis=1)


def _axes(direction):
    """Rows: across, upwards, and the direction itself."""
    across = np.cross([0, 1, 0] if abs(direction[1]) < 0.9 else [1, 0, 0], direction)
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(direction, across), direction])
