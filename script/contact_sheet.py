"""Sheets of small pictures, of places in photos that a person should look at."""
import cv2
import numpy

SIDE = 144
COLUMNS = 10
ROWS = 12


def tile(photo, middle, size, text):
    """The surroundings of a square (its middle and its side, in pixels), 2.5 times as large, with the square's outline."""
    factor = SIDE / 2.5 / max(size, 1)
    x, y = SIDE / 2 - factor * middle[0], SIDE / 2 - factor * middle[1]
    result = cv2.warpAffine(photo, numpy.array([[factor, 0, x], [0, factor, y]]), (SIDE, SIDE),
                            flags=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    low, high = round(SIDE * 0.3), round(SIDE * 0.7)
    cv2.rectangle(result, (low, low), (high, high), (0, 255, 0), 1)
    cv2.putText(result, text, (3, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 255, 255), 1, cv2.LINE_AA)
    return result


def write(path, tiles):
    """Writes as many of the tiles (all of one size) as a sheet holds, from the first on; nothing when there is none."""
    if not tiles:
        return
    columns = COLUMNS * SIDE // tiles[0].shape[1]
    shown = tiles[: columns * ROWS]
    shown = shown + [numpy.zeros_like(shown[0])] * (-len(shown) % columns)
    cv2.imwrite(str(path), numpy.vstack([numpy.hstack(shown[i : i + columns]) for i in range(0, len(shown), columns)]))
