"""How far the eyes are open: lids are closed exactly, whatever the shape of the eye."""
import numpy as np

# The rim of the lids in landmarks.json is a ring; these are its places at the eye's corners, and the pairs in its middle.
INNER, OUTER, MIDDLE = 22, 7, slice(2, 5)
SIDES = {"l": "Left", "r": "Right"}


def draw(rng, wishes):
    """What the eyes do, and how far each is open as a share of the open eye."""
    kind, mode = rng.random(), wishes.eyes
    if mode is None:
        mode = "open" if kind < 0.66 else "half" if kind < 0.78 else "closed" if kind < 0.92 else "wink" if kind < 0.96 else "wide"
    if mode == "wink":
        other = rng.uniform(0.5, 1)
        return mode, {"l": 0.0, "r": other} if rng.random() < 0.5 else {"l": other, "r": 0.0}
    if mode == "open":
        share = rng.uniform(0.82, 1.0)
    elif mode == "half":
        share = rng.uniform(0.12, 0.7)
    elif mode == "closed":
        share = 0.0 if rng.random() < 0.8 else rng.uniform(0, 0.1)
    else:
        share = 1.0
    return mode, {side: float(np.clip(share + (rng.uniform(-0.06, 0.06) if mode == "half" else 0), 0, 1)) for side in "lr"}


def openness(marks, vertices, side):
    """The distance of the lids divided by the width of the eye; 0 where they meet."""
    upper, lower = np.array(marks[f"pairs_{side}"])[MIDDLE].T
    rim = marks[f"lid_{side}"]
    gap = np.linalg.norm(vertices[upper] - vertices[lower], axis=1).max()
    width = np.linalg.norm(vertices[rim[INNER]] - vertices[rim[OUTER]])
    is_apart = (vertices[upper, 1] - vertices[lower, 1]).max() > 0.006
    return float(max(0.0, gap / width) if is_apart else 0.0)


def close(model, marks, vertices, side, share):
    """Moves the lids to `share` of their distance, along the way of the unit eyeBlink, place by place along the eye."""
    upper, lower = np.array(marks[f"pairs_{side}"]).T
    rim = marks[f"lid_{side}"]
    inner, outer = vertices[rim[INNER]], vertices[rim[OUTER]]
    along = inner - outer
    width = np.linalg.norm(along)
    along = along / width
    moved, delta = model.target(f"unit/eyeBlink{SIDES[side]}")
    blink = np.zeros((len(vertices), 3), np.float32)
    blink[moved] = delta
    forward = np.array([0, 0, 1], np.float32)
    up = np.cross(forward, along) if side == "r" else np.cross(along, forward)
    if up[1] < 0:
        up = -up
    gap = (vertices[upper] - vertices[lower]) @ up
    closing = -((blink[upper] - blink[lower]) @ up)
    # No eye opens wider than 0.56 of its width.
    share = min(share, 0.56 / max(float(np.median(gap[MIDDLE])) / width, 1e-3))
    weight = np.clip(np.where(closing > 1e-4, gap * (1 - share) / np.maximum(closing, 1e-4), 0), 0, 2.2)
    place = ((vertices[upper] + vertices[lower]) / 2 - outer) @ along / width
    order = np.argsort(place)
    at = (vertices[moved] - outer) @ along / width
    vertices[moved] += delta * np.interp(at, place[order], weight[order]).astype(np.float32)[:, None]
    if share < 0.02:
        # What is left of the gap of a shut eye: the upper lid comes down to the lower one.
        gap = (vertices[upper] - vertices[lower]) @ up
        at = (vertices[moved] - outer) @ along / width
        rest = np.interp(at, place[order], gap[order], left=0, right=0).astype(np.float32)
        way = np.abs(delta).max(axis=1)
        near_rim = np.clip(way / max(way.max() * 0.6, 1e-6), 0, 1)
        vertices[moved] -= (rest * near_rim * ((delta @ up) < -0.004))[:, None] * up
    _push_out(model, vertices, side, moved)


def _push_out(model, vertices, side, moved):
    """Keeps the lids outside the eyeball."""
    ball = vertices[model.group(f"helper-{side}-eye")]
    center = ball.mean(axis=0)
    radius = np.quantile(np.linalg.norm(ball - center, axis=1), 0.98) * 1.045
    lids = moved[moved < 15000]
    offset = vertices[lids] - center
    distance = np.linalg.norm(offset, axis=1)
    inside = (distance < radius) & (offset[:, 2] > 0)
    vertices[lids[inside]] = center + offset[inside] * (radius / distance[inside])[:, None]
