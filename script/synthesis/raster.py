"""A software rasteriser: perspective-correct, with a depth buffer and cut-out textures. Compiled by Numba at the first call.

Screen positions are oversampled pixels with y down, so that triangles seen from outside have negative areas. A material's `place` is
its texture in the buffer of all: offset, width (0: none), height, channels.
"""
import numpy as np
from numba import njit

# Flags of materials.
TWO_SIDED, CUT_OUT, NO_SHADOW = 1, 2, 8


@njit(cache=True, fastmath=True)
def _bounds(a, b, c, limit):
    """The whole numbers from the least to the greatest of three, within 0 ... limit - 1."""
    return max(0, int(np.ceil(min(a, b, c)))), min(limit - 1, int(np.floor(max(a, b, c))))


@njit(cache=True, fastmath=True)
def rasterise(screen, inverse_depth, triangles, uv_triangles, uv, materials, places, flags, textures, start, end,
              depth, triangle, second, third):
    """Draws triangles start ... end - 1.

    Changes depth (inverse: greater is nearer), triangle (its number) and the perspective-correct weights of its second and third
    vertex at each pixel. Cut-out materials are drawn where the texture's last channel passes a threshold that differs from pixel to
    pixel.
    """
    height, width = depth.shape
    for number in range(start, end):
        a, b, c = triangles[number, 0], triangles[number, 1], triangles[number, 2]
        za, zb, zc = inverse_depth[a], inverse_depth[b], inverse_depth[c]
        if za <= 0 or zb <= 0 or zc <= 0:
            continue
        ax, ay, bx, by, cx, cy = screen[a, 0], screen[a, 1], screen[b, 0], screen[b, 1], screen[c, 0], screen[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        material = materials[number]
        if area >= 0 and (flags[material] & TWO_SIDED == 0 or area == 0):
            continue
        x0, x1 = _bounds(ax, bx, cx, width)
        y0, y1 = _bounds(ay, by, cy, height)
        is_cut_out = flags[material] & CUT_OUT
        inverse = 1.0 / area
        for y in range(y0, y1 + 1):
            for x in range(x0, x1 + 1):
                wa = ((bx - x) * (cy - y) - (by - y) * (cx - x)) * inverse
                wb = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) * inverse
                wc = 1.0 - wa - wb
                if wa < 0 or wb < 0 or wc < 0:
                    continue
                z = wa * za + wb * zb + wc * zc
                if z <= depth[y, x]:
                    continue
                pb, pc = wb * zb / z, wc * zc / z
                if is_cut_out:
                    pa = 1.0 - pb - pc
                    ua, ub, uc = uv_triangles[number, 0], uv_triangles[number, 1], uv_triangles[number, 2]
                    u = pa * uv[ua, 0] + pb * uv[ub, 0] + pc * uv[uc, 0]
                    v = pa * uv[ua, 1] + pb * uv[ub, 1] + pc * uv[uc, 1]
                    opacity = _last_channel(u, v, places[material], textures)
                    if opacity < 70 + (((x * 73856093) ^ (y * 19349663)) & 63) * 2:
                        continue
                depth[y, x], triangle[y, x], second[y, x], third[y, x] = z, number, pb, pc


@njit(cache=True, fastmath=True)
def _last_channel(u, v, place, textures):
    """The nearest texel's; textures repeat."""
    offset, width, height, channels = place
    u -= np.floor(u)
    v -= np.floor(v)
    column, row = min(int(u * width), width - 1), min(int((1.0 - v) * height), height - 1)
    return textures[offset + (row * width + column) * channels + channels - 1]


@njit(cache=True, fastmath=True)
def depth_map(positions, distances, triangles, materials, flags, nearest):
    """The least distance at each pixel of an orthographic view; materials without shadow are left out. Changes `nearest`."""
    height, width = nearest.shape
    for number in range(len(triangles)):
        if flags[materials[number]] & NO_SHADOW:
            continue
        a, b, c = triangles[number, 0], triangles[number, 1], triangles[number, 2]
        ax, ay, bx, by, cx, cy = (positions[a, 0], positions[a, 1], positions[b, 0], positions[b, 1], positions[c, 0],
                                  positions[c, 1])
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if area == 0:
            continue
        x0, x1 = _bounds(ax, bx, cx, width)
        y0, y1 = _bounds(ay, by, cy, height)
        inverse = 1.0 / area
        for y in range(y0, y1 + 1):
            for x in range(x0, x1 + 1):
                wa = ((bx - x) * (cy - y) - (by - y) * (cx - x)) * inverse
                wb = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) * inverse
                wc = 1.0 - wa - wb
                if wa < 0 or wb < 0 or wc < 0:
                    continue
                z = wa * distances[a] + wb * distances[b] + wc * distances[c]
                if z < nearest[y, x]:
                    nearest[y, x] = z


@njit(cache=True, fastmath=True)
def vertex_normals(vertices, triangles, normals):
    """The means of the triangles' normals around each vertex, weighted by their areas. Changes `normals`."""
    normals[:] = 0
    for number in range(len(triangles)):
        a, b, c = triangles[number, 0], triangles[number, 1], triangles[number, 2]
        ux, uy, uz = vertices[b, 0] - vertices[a, 0], vertices[b, 1] - vertices[a, 1], vertices[b, 2] - vertices[a, 2]
        vx, vy, vz = vertices[c, 0] - vertices[a, 0], vertices[c, 1] - vertices[a, 1], vertices[c, 2] - vertices[a, 2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for vertex in (a, b, c):
            normals[vertex, 0] += nx
            normals[vertex, 1] += ny
            normals[vertex, 2] += nz
    for vertex in range(len(normals)):
        length = np.sqrt(normals[vertex, 0] ** 2 + normals[vertex, 1] ** 2 + normals[vertex, 2] ** 2)
        if length > 1e-12:
            normals[vertex, 0] /= length
            normals[vertex, 1] /= length
            normals[vertex, 2] /= length


@njit(cache=True, fastmath=True)
def blend_lenses(screen, inverse_depth, triangles, vertices, normals, depth, picture, colour, opacity, directions, colours,
                 surroundings, drawn):
    """Draws lenses over a shaded picture, once at each pixel: their colour and what they reflect. Changes `picture` and `drawn`.

    surroundings: radiance below and above, strength of the reflection, contrast and two phases of a pattern in it.
    """
    height, width = depth.shape
    for number in range(len(triangles)):
        a, b, c = triangles[number, 0], triangles[number, 1], triangles[number, 2]
        za, zb, zc = inverse_depth[a], inverse_depth[b], inverse_depth[c]
        if za <= 0 or zb <= 0 or zc <= 0:
            continue
        ax, ay, bx, by, cx, cy = screen[a, 0], screen[a, 1], screen[b, 0], screen[b, 1], screen[c, 0], screen[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if area == 0:
            continue
        x0, x1 = _bounds(ax, bx, cx, width)
        y0, y1 = _bounds(ay, by, cy, height)
        inverse = 1.0 / area
        for y in range(y0, y1 + 1):
            for x in range(x0, x1 + 1):
                wa = ((bx - x) * (cy - y) - (by - y) * (cx - x)) * inverse
                wb = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) * inverse
                wc = 1.0 - wa - wb
                if drawn[y, x] or wa < 0 or wb < 0 or wc < 0:
                    continue
                z = wa * za + wb * zb + wc * zc
                if z <= depth[y, x]:
                    continue
                drawn[y, x] = 1
                pb, pc = wb * zb / z, wc * zc / z
                pa = 1 - pb - pc
                normal = pa * normals[a] + pb * normals[b] + pc * normals[c]
                point = pa * vertices[a] + pb * vertices[b] + pc * vertices[c]
                _blend(point, normal, colour, opacity, directions, colours, surroundings, picture[y, x])


@njit(cache=True, fastmath=True)
def _blend(point, normal, colour, opacity, directions, colours, surroundings, pixel):
    length = 1.0 / np.sqrt(point[0] * point[0] + point[1] * point[1] + point[2] * point[2])
    vx, vy, vz = -point[0] * length, -point[1] * length, -point[2] * length
    nx, ny, nz = normal[0], normal[1], normal[2]
    facing = nx * vx + ny * vy + nz * vz
    if facing < 0:
        nx, ny, nz, facing = -nx, -ny, -nz, -facing
    rx, ry, rz = 2 * facing * nx - vx, 2 * facing * ny - vy, 2 * facing * nz - vz
    above = 0.5 - 0.5 * ry
    fresnel = 0.04 + 0.96 * (1 - facing) ** 5
    pattern = 1.0 + surroundings[3] * np.sin(6.0 * rx + surroundings[4]) * np.sin(5.0 * ry + surroundings[5])
    for channel in range(3):
        reflected = ((surroundings[0] * (1 - above) + surroundings[1] * above) * pattern * fresnel * surroundings[2])
        for light in range(directions.shape[0]):
            toward = rx * directions[light, 0] + ry * directions[light, 1] + rz * directions[light, 2]
            if toward > 0.9:
                reflected += colours[light, channel] * ((toward - 0.9) * 10) ** 8 * 2.0
        pixel[channel] = pixel[channel] * (1 - opacity) + colour[channel] * opacity + reflected
