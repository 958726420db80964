"""The comparison of script/compare-inference."""
import argparse
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import onnxruntime

BATCHES = (1, 16)


def output(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def measure_program(program, model):
    """Milliseconds per face by batch size, of the network alone, and with crops cut once and twice."""
    text = output([program, "lab", "benchmark", "--network", *(["--model", model] if model else [])])
    times = {int(batch): float(time) for batch, time in re.findall(r"alone.*batch (\d+) +([\d.]+) ms", text)}
    first = re.search(r"crop \+ network.*batch 1 +([\d.]+) ms", text)
    second = re.search(r"with a second look +([\d.]+) ms", text)
    return times | {"crop": float(first[1])} | ({"second": float(second[1])} if second else {})


def measure_runtime(path, runs=300):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    result = {}
    for batch in BATCHES:
        crops = numpy.random.default_rng(1).uniform(0, 255, (batch, 1, 96, 96)).astype(numpy.float32)
        times = []
        for _ in range(runs // batch + 20):
            start = time.perf_counter()
            session.run(None, {name: crops})
            times.append(time.perf_counter() - start)
        result[batch] = 1000 * statistics.median(times[5:]) / batch
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=".build/release/facemarks")
    parser.add_argument("--model")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        network = str(pathlib.Path(folder) / "network.onnx")
        output([options.program, "export", *([options.model] if options.model else []), "-o", network])
        for _ in range(options.rounds):
            ours.append(measure_program(options.program, options.model))
            theirs.append(measure_runtime(network))
    print(f"ms per face, one thread, medians of {options.rounds} rounds, ONNX Runtime {onnxruntime.__version__}")
    for batch in BATCHES:
        mine, other = (statistics.median(times[batch] for times in rows) for rows in (ours, theirs))
        print(f"batch {batch:2}: facemarks {mine:.2f}, ONNX Runtime {other:.2f}: {other / mine:.2f} times as fast")
    for name, words in (("crop", "with its crop"), ("second", "with its crop and a second look")):
        if name in ours[0]:
            print(f"{words}: facemarks {statistics.median(times[name] for times in ours):.2f}")


main()
