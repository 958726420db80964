"""The comparison of script/compare-video."""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import cv2

ROOT = pathlib.Path(__file__).resolve().parent.parent


def opencv(video, output):
    """OpenCV's own loop."""
    loop(video, output, lambda frame: None)


def opencv_h264(video, output):
    """As `opencv`; the wheels on PyPI cannot write it, Debian's OpenCV can."""
    loop(video, output, lambda frame: None, "avc1")


def mediapipe(video, output):
    """The face mesh of one face, tracked, and its points drawn where the frames are written."""
    import mediapipe
    mesh = mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=False, max_num_faces=1)

    def mark(frame):
        height, width = frame.shape[:2]
        for face in mesh.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)).multi_face_landmarks or []:
            if output:
                for point in face.landmark:
                    cv2.circle(frame, (round(point.x * width), round(point.y * height)), 1, (0, 255, 0), -1)
    loop(video, output, mark)


def loop(video, output, mark, codec="mp4v"):
    source = cv2.VideoCapture(video)
    size = [int(source.get(p)) for p in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)]
    sink = cv2.VideoWriter(output, cv2.VideoWriter_fourcc(*codec), source.get(cv2.CAP_PROP_FPS) or 25, size) if output else None
    count = 0
    began = time.perf_counter()
    while True:
        there, frame = source.read()
        if not there:
            break
        mark(frame)
        if sink:
            sink.write(frame)
        count += 1
    if sink:
        sink.release()
    print(count, time.perf_counter() - began)


def in_python(name, video, output, python=sys.executable):
    """Frames and seconds of a loop in a process of its own, without its start and imports."""
    run = subprocess.run([python, __file__, "--loop", name, video, output], check=True, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, text=True)
    count, seconds = run.stdout.split()
    return int(count), float(seconds)


def by_program(program, arguments):
    """Seconds of the program, from its start to its end."""
    began = time.perf_counter()
    subprocess.run([program, "-q", *arguments], check=True)
    return time.perf_counter() - began


def compare(video, program, rounds, folder):
    written, ours = str(folder / "loop.mp4"), str(folder / "ours.mp4")
    rows = {
        "OpenCV, read and write (mpeg4)": lambda: in_python("opencv", video, written),
        "facemarks, marked (mpeg4)": lambda: by_program(program, [video, "-o", ours, "--codec", "mpeg4", "--quality", "85", "--no-audio", "--force"]),
        "facemarks, marked (h264)": lambda: by_program(program, [video, "-o", str(folder / "h264.mp4"), "--no-audio", "--force"]),
        "OpenCV, read": lambda: in_python("opencv", video, ""),
        "facemarks, JSON": lambda: by_program(program, [video, "--no-annotate", "--json", str(folder / "o.ndjson"), "--force"]),
        "MediaPipe, read and find": lambda: in_python("mediapipe", video, ""),
        "MediaPipe, marked (mpeg4)": lambda: in_python("mediapipe", video, str(folder / "mesh.mp4")),
    }
    pairs = [("facemarks, marked (mpeg4)", "OpenCV, read and write (mpeg4)"), ("facemarks, JSON", "OpenCV, read"),
             ("facemarks, JSON", "MediaPipe, read and find"), ("facemarks, marked (mpeg4)", "MediaPipe, marked (mpeg4)")]
    files = {"OpenCV, mpeg4": written, "facemarks, mpeg4": ours, "facemarks, h264": str(folder / "h264.mp4")}
    if python := os.environ.get("OPENCV_PYTHON"):
        files["OpenCV, h264"] = str(folder / "loop-h264.mp4")
        rows["OpenCV, read and write (h264)"] = lambda: in_python("opencv_h264", video, files["OpenCV, h264"], python)
        pairs.append(("facemarks, marked (h264)", "OpenCV, read and write (h264)"))
    seconds = {name: [] for name in rows}
    frames = 0
    for _ in range(rounds):
        for name, run in rows.items():
            result = run()
            if isinstance(result, tuple):
                frames, result = result
            seconds[name].append(result)
    rate = {name: frames / statistics.median(values) for name, values in seconds.items()}
    source = cv2.VideoCapture(video)
    print(f"{pathlib.Path(video).name}: {frames} frames of {source.get(3):.0f}x{source.get(4):.0f}")
    for name, value in rate.items():
        print(f"  {name:32} {value:7.1f} frames/s")
    print(f"  bytes written: { {name: pathlib.Path(path).stat().st_size for name, path in files.items()} }")
    for one, other in pairs:
        print(f"  {one} : {other} = {rate[one] / rate[other]:.2f}")


def main():
    if sys.argv[1:2] == ["--loop"]:
        return {"opencv": opencv, "opencv_h264": opencv_h264, "mediapipe": mediapipe}[sys.argv[2]](sys.argv[3], sys.argv[4])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("videos", nargs="+")
    parser.add_argument("--program", default=str(ROOT / ".build" / "release" / "facemarks"))
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for video in options.videos:
            compare(str(pathlib.Path(video).resolve()), options.program, options.rounds, pathlib.Path(folder))


if __name__ == "__main__":
    main()
