"""The light that each pixel sends to the camera. Compiled by Numba at the first call."""
import numpy as np
from numba import njit

from .raster import TWO_SIDED
from .textures import NEUTRAL


@njit(cache=True, fastmath=True)
def _texel(u, v, place, textures, linear):
    """The texture's colour between four texels, linear light: of a pattern its brightness, squared, 1 where it is neutral."""
    offset, width, height, channels = place
    if width == 0:
        return 1.0, 1.0, 1.0
    u -= np.floor(u)
    v -= np.floor(v)
    x, y = max(u * width - 0.5, 0.0), max((1.0 - v) * height - 0.5, 0.0)
    column, row = min(int(x), width - 2), min(int(y), height - 2)
    x, y = min(x - column, 1.0), min(y - row, 1.0)
    w00, w10, w01, w11 = (1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y
    a = offset + (row * width + column) * channels
    b, c, d = a + channels, a + width * channels, a + width * channels + channels
    if channels < 3:
        value = (w00 * textures[a] + w10 * textures[b] + w01 * textures[c] + w11 * textures[d]) / NEUTRAL
        return value * value, value * value, value * value
    return (w00 * linear[textures[a]] + w10 * linear[textures[b]] + w01 * linear[textures[c]] + w11 * linear[textures[d]],
            w00 * linear[textures[a + 1]] + w10 * linear[textures[b + 1]] + w01 * linear[textures[c + 1]]
            + w11 * linear[textures[d + 1]],
            w00 * linear[textures[a + 2]] + w10 * linear[textures[b + 2]] + w01 * linear[textures[c + 2]]
            + w11 * linear[textures[d + 2]])


@njit(cache=True, fastmath=True)
def _lit(px, py, pz, facing, shadow, to_map, bias, softness):
    """The share of nine places around the point that the first light reaches. facing: the cosine of its angle."""
    side = len(shadow)
    x = to_map[0, 0] * px + to_map[0, 1] * py + to_map[0, 2] * pz + to_map[0, 3]
    y = to_map[1, 0] * px + to_map[1, 1] * py + to_map[1, 2] * pz + to_map[1, 3]
    z = (to_map[2, 0] * px + to_map[2, 1] * py + to_map[2, 2] * pz + to_map[2, 3] - bias * (1 + 2.5 * (1 - abs(facing))))
    reached = 0.0
    for down in range(-1, 2):
        for across in range(-1, 2):
            column, row = int(x + across * softness + 0.5), int(y + down * softness + 0.5)
            if column < 0 or row < 0 or column >= side or row >= side or shadow[row, column] > z:
                reached += 1.0
    return reached / 9


@njit(cache=True, fastmath=True)
def shade(vertices, normals, colours, ambients, triangles, uv_triangles, uv, materials, places, flags, numbers, textures, linear,
          triangle, second, third, ambient, directions, light_colours, shadow, to_map, bias, softness, picture, coverage):
    """Fills picture [h, w, 3] with linear light and coverage [h, w] with 1 where there is something.

    numbers of a material: tint (3), specular, gloss, wrap (3). ambient [4, 3]: constant, and how it grows along the normal.
    """
    height, width = triangle.shape
    for y in range(height):
        for x in range(width):
            number = triangle[y, x]
            if number < 0:
                continue
            coverage[y, x] = 1.0
            pb, pc = second[y, x], third[y, x]
            pa = 1.0 - pb - pc
            a, b, c = triangles[number, 0], triangles[number, 1], triangles[number, 2]
            px = pa * vertices[a, 0] + pb * vertices[b, 0] + pc * vertices[c, 0]
            py = pa * vertices[a, 1] + pb * vertices[b, 1] + pc * vertices[c, 1]
            pz = pa * vertices[a, 2] + pb * vertices[b, 2] + pc * vertices[c, 2]
            nx = pa * normals[a, 0] + pb * normals[b, 0] + pc * normals[c, 0]
            ny = pa * normals[a, 1] + pb * normals[b, 1] + pc * normals[c, 1]
            nz = pa * normals[a, 2] + pb * normals[b, 2] + pc * normals[c, 2]
            length = 1.0 / np.sqrt(nx * nx + ny * ny + nz * nz + 1e-12)
            nx, ny, nz = nx * length, ny * length, nz * length
            length = -1.0 / np.sqrt(px * px + py * py + pz * pz + 1e-12)
            vx, vy, vz = px * length, py * length, pz * length
            toward_camera = nx * vx + ny * vy + nz * vz
            material = materials[number]
            if toward_camera < 0 and flags[material] & TWO_SIDED:
                nx, ny, nz, toward_camera = -nx, -ny, -nz, -toward_camera
            # The albedo.
            ua, ub, uc = uv_triangles[number, 0], uv_triangles[number, 1], uv_triangles[number, 2]
            red, green, blue = _texel(pa * uv[ua, 0] + pb * uv[ub, 0] + pc * uv[uc, 0],
                                      pa * uv[ua, 1] + pb * uv[ub, 1] + pc * uv[uc, 1], places[material], textures, linear)
            red *= numbers[material, 0] * (pa * colours[a, 0] + pb * colours[b, 0] + pc * colours[c, 0])
            green *= numbers[material, 1] * (pa * colours[a, 1] + pb * colours[b, 1] + pc * colours[c, 1])
            blue *= numbers[material, 2] * (pa * colours[a, 2] + pb * colours[b, 2] + pc * colours[c, 2])
            # The surroundings' light.
            open_sky = min(max(pa * ambients[a] + pb * ambients[b] + pc * ambients[c], 0.0), 1.0)
            lr = max(ambient[0, 0] + ambient[1, 0] * nx + ambient[2, 0] * ny + ambient[3, 0] * nz, 0.0) * open_sky
            lg = max(ambient[0, 1] + ambient[1, 1] * nx + ambient[2, 1] * ny + ambient[3, 1] * nz, 0.0) * open_sky
            lb = max(ambient[0, 2] + ambient[1, 2] * nx + ambient[2, 2] * ny + ambient[3, 2] * nz, 0.0) * open_sky
            direct = 0.35 + 0.65 * open_sky
            specular, gloss = numbers[material, 3], numbers[material, 4]
            wr, wg, wb = numbers[material, 5], numbers[material, 6], numbers[material, 7]
            sr = sg = sb = 0.0
            for light in range(directions.shape[0]):
                lx, ly, lz = directions[light, 0], directions[light, 1], directions[light, 2]
                facing = nx * lx + ny * ly + nz * lz
                reached = 1.0
                if light == 0 and facing > -0.3:
                    reached = _lit(px, py, pz, facing, shadow, to_map, bias, softness)
                lr += max((facing + wr) / (1 + wr), 0.0) * light_colours[light, 0] * reached * direct
                lg += max((facing + wg) / (1 + wg), 0.0) * light_colours[light, 1] * reached * direct
                lb += max((facing + wb) / (1 + wb), 0.0) * light_colours[light, 2] * reached * direct
                if specular > 0 and facing > 0:
                    # Blinn and Phong's highlight, stronger at grazing angles.
                    hx, hy, hz = lx + vx, ly + vy, lz + vz
                    length = 1.0 / np.sqrt(hx * hx + hy * hy + hz * hz + 1e-12)
                    half = (nx * hx + ny * hy + nz * hz) * length
                    if half > 0:
                        grazing = 1.0 - toward_camera
                        shine = specular * half**gloss * (gloss + 8) * 0.04 * reached * open_sky
                        shine *= 0.6 + 3.0 * grazing * grazing * grazing
                        sr += shine * light_colours[light, 0]
                        sg += shine * light_colours[light, 1]
                        sb += shine * light_colours[light, 2]
            picture[y, x, 0], picture[y, x, 1], picture[y, x, 2] = red * lr + sr, green * lg + sg, blue * lb + sb
