"""The comparison of script/compare-training."""
import argparse
import re
import statistics
import subprocess
import sys
import time


def convnet(nn):
    def block(before, filters, size, rate):
        # "Same" padding of an even kernel is at the right and the bottom.
        pad = nn.ZeroPad2d((0, 1, 0, 1)) if size == 2 else nn.Identity()
        return [pad, nn.Conv2d(before, filters, size, padding=size // 2 if size == 3 else 0), nn.ReLU(),
                nn.MaxPool2d(2), nn.Dropout(rate)]

    return nn.Sequential(
        *block(1, 32, 3, 0.1), *block(32, 64, 2, 0.2), *block(64, 128, 2, 0.3), nn.Flatten(),
        nn.Linear(128 * 12 * 12, 1000), nn.ReLU(), nn.Dropout(0.5), nn.Linear(1000, 1000), nn.ReLU(),
        nn.Linear(1000, 30))


def park(nn):
    layers, before = [nn.BatchNorm2d(1)], 1
    for filters, size, padding in [(24, 5, 2), (36, 5, 0), (48, 5, 0), (64, 3, 0)]:
        layers += [nn.Conv2d(before, filters, size, padding=padding), nn.ReLU(), nn.MaxPool2d(2)]
        before = filters
    return nn.Sequential(
        *layers, nn.Conv2d(64, 64, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 500),
        nn.ReLU(), nn.Linear(500, 90), nn.ReLU(), nn.Linear(90, 30))


def vo(nn):
    layers, before = [], 1
    for filters in (32, 64, 128):
        for _ in range(2):
            layers += [nn.Conv2d(before, filters, 3, padding=1, bias=False), nn.LeakyReLU(), nn.BatchNorm2d(filters)]
            before = filters
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(128 * 12 * 12, 128), nn.ReLU(), nn.Dropout(0.15), nn.Linear(128, 30))


NETWORKS = {"convnet": convnet, "park": park, "vo": vo}


def measure_pytorch(name, layout, batch, threads, steps=5):
    """Images per second, the median of steps after two more; run in a process of its own."""
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    network = NETWORKS[name](torch.nn).train()
    images, targets = torch.rand(batch, 1, 96, 96) * 4 - 2, torch.zeros(batch, 30)
    if layout == "channels_last":
        network = network.to(memory_format=torch.channels_last)
        images = images.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4)
    times = []
    for _ in range(steps + 2):
        start = time.perf_counter()
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(network(images), targets).backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    return batch / statistics.median(times[2:])


def output(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("networks", nargs="*", default=list(NETWORKS))
    parser.add_argument("--program", default=".build/release/facemarks")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pytorch", metavar="LAYOUT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sizes = ["--batch", str(options.batch), "--threads", str(options.threads)]
    if options.pytorch:
        print(measure_pytorch(options.networks[0], options.pytorch, options.batch, options.threads))
        return
    rates = {}
    for turn in range(options.rounds):
        for name in options.networks:
            text = output([options.program, "lab", "benchmark", "--training", name, *sizes])
            found = re.search(rf"training {name},.* ([0-9.]+) images/s", text)
            rates.setdefault((name, "ours"), []).append(float(found.group(1)))
            for layout in ("default", "channels_last"):
                text = output([sys.executable, __file__, name, "--pytorch", layout, *sizes])
                rates.setdefault((name, layout), []).append(float(text))
            turns = [f"{kind} {rates[name, kind][-1]:.1f}" for kind in ("ours", "default", "channels_last")]
            print(f"turn {turn + 1}, {name}: {', '.join(turns)} images/s", file=sys.stderr, flush=True)
    import torch

    print(f"images/s, batch {options.batch}, {options.threads} threads, median of {options.rounds} turns; "
          f"PyTorch {torch.__version__}")
    print(f"{'':12}{'facemarks':>12}{'PyTorch':>12}{'channels_last':>16}{'facemarks / best of PyTorch':>30}   all turns")
    for name in options.networks:
        ours, default, last = (rates[name, kind] for kind in ("ours", "default", "channels_last"))
        middle = [statistics.median(values) for values in (ours, default, last)]
        turns = " ".join(f"{a:.0f}/{b:.0f}/{c:.0f}" for a, b, c in zip(ours, default, last))
        print(f"{name:12}{middle[0]:12.1f}{middle[1]:12.1f}{middle[2]:16.1f}{middle[0] / max(middle[1:]):30.2f}   {turns}")


if __name__ == "__main__":
    main()
