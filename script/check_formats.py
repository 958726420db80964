"""The comparison of script/check-formats: check_formats.py PROGRAM."""
import csv
import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnxruntime
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import save_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import load_in_pytorch  # noqa: E402

SIDE = 96
LIMIT = 1e-3  # pixels
SHIPPED = ("compact", "accurate")
ARCHITECTURES = ["compact", "compact:maps=8", "tiny", "simplenet", "convnet", "park", "vo", "keras"]
# The landmarks in the order of Kaggle's training.csv.
NAMES = """left_eye_center right_eye_center left_eye_inner_corner left_eye_outer_corner right_eye_inner_corner
right_eye_outer_corner left_eyebrow_inner_end left_eyebrow_outer_end right_eyebrow_inner_end right_eyebrow_outer_end
nose_tip mouth_left_corner mouth_right_corner mouth_center_top_lip mouth_center_bottom_lip""".split()
COLUMNS = [f"{name}_{axis}" for name in NAMES for axis in "xy"]


def crops():
    """Parts of a photo with a face, noise, and plain surfaces."""
    random = numpy.random.default_rng(1)
    photo = Image.open(ROOT / "assets" / "astronaut.png").convert("L")
    result = []
    for _ in range(20):
        side = int(random.integers(60, 220))
        x, y = (int(v) for v in random.integers(0, (260, 150)))
        result.append(numpy.array(photo.resize((SIDE, SIDE), box=(x, y, x + side, y + side))))
    for _ in range(10):
        result.append(random.integers(0, 256, (SIDE, SIDE)))
    result += [numpy.full((SIDE, SIDE), value) for value in (0, 7, 255)]
    return numpy.stack(result).astype(numpy.uint8)


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(str(part) for part in command)}: {done.stderr or done.stdout}")


def write_table(path, header, rows):
    with open(path, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def text(crop):
    return " ".join(str(value) for value in crop.ravel())


def ours(program, folder, model, count):
    """What the program answers, clipped to 0...96 as submissions are."""
    answer = folder / "answer.csv"
    run(program, "submit", "--model", model, "--data", folder / "test.csv", "--lookup", folder / "lookup.csv",
        "-o", answer, "--force")
    with open(answer) as file:
        values = [float(row["Location"]) for row in csv.DictReader(file)]
    return numpy.array(values).reshape(count, len(COLUMNS))


def with_one_look(name, path):
    """A built-in network for the program to ask once only, as the other two do: without the word on its crops."""
    with safe_open(str(ROOT / "models" / f"{name}.safetensors"), "numpy") as file:
        metadata = {key: value for key, value in file.metadata().items() if key != "crops"}
        save_file({key: file.get_tensor(key) for key in file.keys()}, str(path), metadata)
    return path


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    pixels = crops()
    gray = pixels[:, None].astype(numpy.float32)
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        random = numpy.random.default_rng(2)
        write_table(folder / "training.csv", COLUMNS + ["Image"],
                    [[f"{v:.2f}" for v in random.uniform(20, 76, 30)] + [text(crop)] for crop in pixels])
        write_table(folder / "test.csv", ["ImageId", "Image"],
                    [[number + 1, text(crop)] for number, crop in enumerate(pixels)])
        asked = [(image + 1, column) for image in range(len(pixels)) for column in COLUMNS]
        write_table(folder / "lookup.csv", ["RowId", "ImageId", "FeatureName", "Location"],
                    [[row + 1, image, column, ""] for row, (image, column) in enumerate(asked)])
        print(f"{'':20}{'ONNX Runtime':>16}{'PyTorch':>12}   largest difference from ours, pixels; share within the crop")
        shipped = {f"shipped {name}": with_one_look(name, folder / f"shipped-{name}.safetensors") for name in SHIPPED}
        models = [(name, path, "unit") for name, path in shipped.items()]
        models += [(name, folder / f"{name.replace(':', '-')}.safetensors", kind) for name in ARCHITECTURES
                   for kind in (["unit", "standardized"] if name == "compact" else ["unit"])]
        for name, path, kind in models:
            if name not in shipped:
                run(program, "train", "--data", folder / "training.csv", "--output", folder / "run", "--architecture",
                    name, "--epochs", 2, "--batch-size", 16, "--normalization", kind, "--rate", 0.001)
                (folder / "run" / "model.safetensors").rename(path)
                subprocess.run(["rm", "-r", str(folder / "run")], check=True)
            expected = ours(program, folder, path, len(pixels))
            inside = float(numpy.mean((expected > 0) & (expected < SIDE)))
            onnx = folder / "model.onnx"
            run(program, "export", path, "-o", onnx, "--force")
            session = onnxruntime.InferenceSession(str(onnx), providers=["CPUExecutionProvider"])
            # In batches of several sizes: the first extent is free.
            parts = [session.run(["landmarks"], {"crop": part})[0] for part in (gray[:1], gray[1:8], gray[8:])]
            differences = [numpy.abs(numpy.concatenate(parts).clip(0, SIDE) - expected).max()]
            network, metadata = load_in_pytorch.load(str(path))
            found = load_in_pytorch.landmarks(network, metadata, torch.from_numpy(gray))
            differences.append(numpy.abs(found.numpy().reshape(len(pixels), -1).clip(0, SIDE) - expected).max())
            worst = max(worst, *differences)
            title = f"{name}" + ("" if kind == "unit" else ", std")
            print(f"{title:20}{differences[0]:16.6f}{differences[1]:12.6f}   {100 * inside:.0f} %", flush=True)
    if worst >= LIMIT:
        sys.exit(f"FAILED: {worst} px is more than {LIMIT}")


if __name__ == "__main__":
    main()
