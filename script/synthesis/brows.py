"""Where the visible eyebrow lies on the mesh that carries its picture: five places from the inner to the outer end."""
import cv2
import numpy as np

PLACES = 5
# A texel shows hair from this opacity (of 255) on.
LEAST_OPACITY = 45


def line(proxy, vertices, picture):
    """By side (l, r) five pairs of (middle, upper edge); each is the three vertices of the proxy and their weights.

    vertices: the proxy's on an average head; picture: its texture, whose last channel is the opacity.
    """
    opacity = cv2.GaussianBlur(picture[..., -1].astype(np.float32), (0, 0), 2.0)
    triangle_of, weights_of = _layout(proxy.uv[proxy.corners], opacity.shape)
    rows, columns = np.nonzero((triangle_of >= 0) & (opacity > LEAST_OPACITY))
    triangles, weights, opacity = triangle_of[rows, columns], weights_of[rows, columns], opacity[rows, columns]
    points = (vertices[proxy.triangles[triangles]] * weights[..., None]).sum(axis=1)
    result = {}
    for side, sign in (("r", -1), ("l", 1)):
        own = np.nonzero(points[:, 0] * sign > 0.02)[0]
        chosen = [own[place] for place in _chosen(points[own], points[own, 0] * sign, opacity[own])]
        result[side] = [(proxy.triangles[triangles[place]], weights[place]) for place in chosen]
    return result


def _chosen(points, outward, opacity):
    """The numbers of the points in the middle and on the upper edge of five places; 1.2 % of the hair lie beyond either end."""
    order = np.argsort(outward)
    share = np.cumsum(opacity[order])
    share /= share[-1]
    inner, outer = (outward[order][np.searchsorted(share, limit)] for limit in (0.012, 0.988))
    result = []
    for place in np.linspace(0, 1, PLACES):
        at = inner + (outer - inner) * place
        band = np.abs(outward - at) < 0.03
        middle, top = np.average(points[band, 1], weights=opacity[band]), np.quantile(points[band, 1], 0.92)
        edge = top + 0.012 if 0 < place < 1 else middle * 0.5 + top * 0.5
        for height in (middle, edge):
            result.append(np.argmin((outward - at) ** 2 + (points[:, 1] - height) ** 2))
    return result


def _layout(triangles, shape):
    """For each texel the triangle that it belongs to (-1: none) and its weights. triangles [m, 3, 2] in texture coordinates."""
    height, width = shape
    triangle_of = np.full((height, width), -1, np.int32)
    weights_of = np.zeros((height, width, 3), np.float32)
    texels = triangles * [width, height]
    for number, corners in enumerate(texels):
        a, b, c = (np.array([corner[0] - 0.5, height - corner[1] - 0.5]) for corner in corners)
        low = np.maximum(np.floor(np.minimum(np.minimum(a, b), c)).astype(int), 0)
        high = np.minimum(np.ceil(np.maximum(np.maximum(a, b), c)).astype(int), [width - 1, height - 1])
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if (high < low).any() or abs(area) < 1e-9:
            continue
        x, y = np.meshgrid(np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1))
        second = ((x - a[0]) * (c[1] - a[1]) - (y - a[1]) * (c[0] - a[0])) / area
        third = ((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])) / area
        inside = (second >= -0.02) & (third >= -0.02) & (second + third <= 1.02)
        triangle_of[y[inside], x[inside]] = number
        weights_of[y[inside], x[inside]] = np.stack([1 - second[inside] - third[inside], second[inside], third[inside]], axis=-1)
    return triangle_of, weights_of
