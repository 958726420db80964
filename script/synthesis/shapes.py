"""Meshes made of nothing but numbers, and shells over the skin. Each function gives vertices [n, 3] and triangles [m, 3]."""
import numpy as np

TAUT_STEPS = 60
# Of what taut cloth bridges; dm.
WIDEST_HOLE = 0.9
NO_VERTICES, NO_TRIANGLES = np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)


def tube(path, radius, sides=6, closed=False):
    """A tube along points; the radius is one number or one for each point."""
    path = np.asarray(path, np.float32)
    count = len(path)
    along = np.roll(path, -1, 0) - np.roll(path, 1, 0) if closed else np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    if closed:
        reference = np.array([0, 0, 1], np.float32)
    else:
        reference = np.array([0, 1, 0] if abs(along[0][1]) < 0.8 else [1, 0, 0], np.float32)
    across = np.cross(along, reference)
    across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-9
    upward = np.cross(along, across)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    radius = np.broadcast_to(np.asarray(radius, np.float32), (count,))[:, None, None]
    ring = np.cos(angle)[None, :, None] * across[:, None] + np.sin(angle)[None, :, None] * upward[:, None]
    return (path[:, None] + radius * ring).reshape(-1, 3).astype(np.float32), _strips(count, sides, closed)


def _strips(rows, columns, closed):
    """The triangles between rows of vertices whose ends meet; `closed` joins the last row with the first."""
    triangles = []
    for row in range(rows if closed else rows - 1):
        here, there = row * columns, (row + 1) % rows * columns
        for column in range(columns):
            following = (column + 1) % columns
            triangles += [[here + column, there + column, there + following], [here + column, there + following, here + following]]
    return np.array(triangles, np.int32)


def ellipsoid(center, radius, rows=10):
    from_pole = np.linspace(0, np.pi, rows)
    around = np.linspace(0, 2 * np.pi, 2 * rows, endpoint=False)
    unit = np.array([[np.sin(polar) * np.cos(turn), np.cos(polar), np.sin(polar) * np.sin(turn)]
                     for polar in from_pole for turn in around], np.float32)
    return (unit * radius + center).astype(np.float32), _strips(rows, 2 * rows, False)


def box(center, half, rotation):
    """A box with sharp edges: no vertex belongs to two triangles."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float32) * half
    triangles = np.array([[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6],
                          [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3]], np.int32)
    placed = (corners @ np.asarray(rotation).T + center).astype(np.float32)
    return placed[triangles.ravel()], np.arange(triangles.size, dtype=np.int32).reshape(-1, 3)


def shell(skin, vertices, normals, inside, offset, smoothings=0, is_taut=False):
    """A copy of the skin where inside(vertices) > 0, cut along 0 and moved out.

    skin [m, 3]: the triangles to copy; inside: a signed distance in dm; offset: how far out, one number or one for each vertex, in dm.
    Smoothings make cloth that does not follow every hollow, but stays 0.03 dm above the skin; taut cloth bridges hollows and
    holes, such as the mouth. Gives vertices, triangles, and which vertex of the skin each was.
    """
    distance = inside(vertices).astype(np.float32)
    triangles = skin[(distance[skin] > 0).any(axis=1)]
    if len(triangles) == 0:
        return NO_VERTICES, NO_TRIANGLES, np.zeros(0, int)
    source, inverse = np.unique(triangles, return_inverse=True)
    triangles = inverse.reshape(-1, 3).astype(np.int32)
    base, outward, distance = vertices[source], normals[source], distance[source]
    if np.isscalar(offset):
        moved = base + outward * np.float32(offset)
    else:
        moved = base + outward * np.asarray(offset[source], np.float32).reshape(-1, 1)
    if is_taut:
        for hole in _holes(base, triangles):
            # A fan around a new vertex in the middle.
            fan = [[there, here, len(moved)] for here, there in zip(hole, hole[1:] + hole[:1])]
            triangles = np.concatenate([triangles, np.array(fan, np.int32)])
            base, outward, moved, distance = (np.append(values, values[hole].mean(axis=0, keepdims=True), axis=0)
                                              for values in (base, outward, moved, distance))
            source = np.append(source, source[hole[0]])
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = np.concatenate([edges, edges[:, ::-1]])
    if smoothings:
        moved = _smoothed(moved, edges, distance <= 0, smoothings)
        if is_taut:
            moved = _stretched(moved, edges, outward, distance <= 0)
        above = ((moved - base) * outward).sum(axis=1)
        low = above < 0.03
        moved[low] += outward[low] * (0.03 - above[low])[:, None]
    return _cut(moved, edges, distance), triangles, source


def _holes(vertices, triangles):
    """The rings of vertices around holes, in the order of the triangles beside them. Neither the longest ring, the outer border, is one
    nor what is as wide as a neck."""
    edges = {(int(start), int(end)) for triangle in triangles for start, end in zip(triangle, np.roll(triangle, -1))}
    following = {start: end for start, end in sorted(edges) if (end, start) not in edges}
    rings = []
    while following:
        ring = [min(following)]
        while ring[-1] in following:
            end = following.pop(ring[-1])
            if end == ring[0]:
                break
            ring.append(end)
        rings.append(ring)
    rings.sort(key=len)
    return [ring for ring in rings[:-1] if len(ring) > 2 and np.ptp(vertices[ring], axis=0).max() < WIDEST_HOLE]


def _smoothed(moved, edges, fixed, times):
    """Each vertex goes 0.6 of the way to the mean of its neighbours, but for those that are fixed."""
    for _ in range(times):
        moved = np.where(fixed[:, None], moved, 0.4 * moved + 0.6 * _neighbours_mean(moved, edges))
    return moved


def _stretched(moved, edges, outward, fixed):
    """Vertices go to the mean of their neighbours only where that lies further out."""
    for _ in range(TAUT_STEPS):
        mean = _neighbours_mean(moved, edges)
        goes = (((mean - moved) * outward).sum(axis=1) > 0) & ~fixed
        moved = np.where(goes[:, None], mean, moved)
    return moved


def _neighbours_mean(points, edges):
    count = len(points)
    neighbours = np.bincount(edges[:, 0], minlength=count).astype(np.float32)[:, None]
    total = np.zeros((count, 3), np.float32)
    for axis in range(3):
        total[:, axis] = np.bincount(edges[:, 0], weights=points[edges[:, 1], axis], minlength=count)
    return total / np.maximum(neighbours, 1)


def _cut(moved, edges, distance):
    """Vertices outside slide to the border, along the edges to their neighbours inside."""
    crossing = edges[(distance[edges[:, 0]] <= 0) & (distance[edges[:, 1]] > 0)]
    outside, inside = crossing[:, 0], crossing[:, 1]
    share = (distance[inside] / (distance[inside] - distance[outside] + 1e-9))[:, None]
    border = moved[inside] * (1 - share) + moved[outside] * share
    count = np.bincount(outside, minlength=len(moved))
    total = np.stack([np.bincount(outside, weights=border[:, axis], minlength=len(moved)) for axis in range(3)], axis=1)
    slides = count > 0
    moved[slides] = total[slides] / count[slides][:, None]
    return moved.astype(np.float32)
