"""PyTorch's side of scripts/bench-gpu.sh: times the cases of a file and prints a line each.

Arguments: the file, device, seconds for each case, a divisor of all sizes. Prints "name TAB nanoseconds TAB peak
bytes", medians, as GpuWorker.java does.
"""

import math
import sys
import time

import torch
import torch.nn.functional as F

CELSIUS = [0.5, 14.0, 15.0, 28.0, 11.0, 8.0, 3.0, -4.0, 6.0, 13.0, 21.0]
UNKNOWN = [35.7, 55.9, 58.2, 81.9, 56.3, 48.9, 33.9, 21.8, 48.4, 60.4, 68.4]


def pointwise(n, operation):
    x, y, z = (torch.randn(n) for _ in range(3))
    return lambda: operation(x, y, z)


def reduction(n, operation):
    x = torch.randn(n, n)
    return lambda: operation(x)


def matmul(n, precision):
    torch.set_float32_matmul_precision(precision)
    a, b = torch.randn(n, n), torch.randn(n, n)
    return lambda: a.matmul(b)


def network(batch, **adam):
    torch.set_float32_matmul_precision("highest")
    model = torch.nn.Sequential(
        torch.nn.Linear(784, 512), torch.nn.ReLU(), torch.nn.Linear(512, 512), torch.nn.ReLU(), torch.nn.Linear(512, 10)
    )
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, **adam)
    x = torch.randn(batch, 784)
    y = torch.arange(batch) * 7 % 10

    def step():
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()

    return step


def calibration(_):
    target = torch.tensor(CELSIUS)
    reading = torch.tensor(UNKNOWN) * 0.1
    params = torch.tensor([0.0, 1.0], requires_grad=True)

    def epoch():
        if params.grad is not None:
            params.grad.zero_()
        prediction = torch.stack([torch.ones(reading.shape[0]), reading]).T.matmul(params)
        (prediction - target).pow(2).mean().backward()
        with torch.no_grad():
            params.sub_(params.grad * 1e-2)

    return epoch


WORK = {
    "copy": lambda n: pointwise(n, lambda x, y, z: z.copy_(x)),
    "add": lambda n: pointwise(n, lambda x, y, z: x + y),
    "tanh": lambda n: pointwise(n, lambda x, y, z: x.tanh()),
    "sum": lambda n: pointwise(n, lambda x, y, z: x.sum()),
    "sumRows": lambda n: reduction(n, lambda x: x.sum(1)),
    "sumColumns": lambda n: reduction(n, lambda x: x.sum(0)),
    "matmul": lambda n: matmul(n, "highest"),
    "matmulTF32": lambda n: matmul(n, "high"),
    "network": network,
    "networkFused": lambda batch: network(batch, fused=True),
    "calibration": calibration,
}


def cases(file, divisor):
    for line in open(file, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            name, kind, size, _ = (field.strip() for field in line.split(";"))
            yield name, kind, max(1, int(size) // divisor)


def median_time(run, wait, seconds):
    """Of a run, in nanoseconds, after as long a warm-up."""
    start, runs = time.perf_counter(), 0
    while runs == 0 or time.perf_counter() - start < seconds:
        run()
        runs += 1
        if runs % 16 == 0:
            wait()
    wait()
    one = (time.perf_counter() - start) / runs
    each = max(1, math.ceil(seconds / 15 / one))
    samples = []
    for _ in range(15):
        start = time.perf_counter()
        for _ in range(each):
            run()
        wait()
        samples.append((time.perf_counter() - start) / each)
    return sorted(samples)[len(samples) // 2] * 1e9


def main(file, device, seconds, divisor):
    torch.set_default_device(device)
    cuda = torch.device(device).type == "cuda"
    wait = torch.cuda.synchronize if cuda else lambda: None
    gpu = torch.cuda.get_device_name() if cuda else "no GPU"
    print(f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, {gpu}", file=sys.stderr)
    for name, kind, size in cases(file, int(divisor)):
        if cuda:
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated() if cuda else 0
        nanoseconds = median_time(WORK[kind](size), wait, float(seconds))
        peak = torch.cuda.max_memory_allocated() - before if cuda else 0
        print(f"{name}\t{nanoseconds}\t{peak}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
