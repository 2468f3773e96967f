"""PyTorch's side of scripts/bench-gpu.sh: times the cases of a file and prints a line each.

Arguments: the file, device, seconds for each case, a divisor of all sizes. Prints "name TAB nanoseconds TAB peak
bytes", medians, as GpuWorker.java does. PyTorch runs as by default: eagerly, without torch.compile or CUDA graphs.
"""

import functools
import gc
import math
import sys
import time

import torch
import torch.nn.functional as F

CELSIUS = [0.5, 14.0, 15.0, 28.0, 11.0, 8.0, 3.0, -4.0, 6.0, 13.0, 21.0]
UNKNOWN = [35.7, 55.9, 58.2, 81.9, 56.3, 48.9, 33.9, 21.8, 48.4, 60.4, 68.4]


def apply(operation, device, *sizes):
    tensors = [torch.randn(size, device=device) for size in sizes]
    return lambda: operation(*tensors)


def matmul(n, device, precision):
    torch.set_float32_matmul_precision(precision)
    return apply(torch.matmul, device, (n, n), (n, n))


def network(batch, device, **adam):
    torch.set_float32_matmul_precision("highest")
    model = torch.nn.Sequential(
        torch.nn.Linear(784, 512), torch.nn.ReLU(), torch.nn.Linear(512, 512), torch.nn.ReLU(), torch.nn.Linear(512, 10)
    ).to(device)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, **adam)
    x = torch.randn(batch, 784, device=device)
    y = (torch.arange(batch) * 7 % 10).to(device)

    def step():
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()

    return step


def calibration(_, device):
    target = torch.tensor(CELSIUS, device=device)
    reading = torch.tensor(UNKNOWN, device=device) * 0.1
    params = torch.tensor([0.0, 1.0], device=device, requires_grad=True)

    def epoch():
        if params.grad is not None:
            params.grad.zero_()
        ones = torch.ones(reading.shape[0], device=device)
        prediction = torch.stack([ones, reading]).T.matmul(params)
        (prediction - target).pow(2).mean().backward()
        with torch.no_grad():
            params.sub_(params.grad * 1e-2)

    return epoch


WORK = {
    "copy": lambda n, device: apply(lambda x, y: y.copy_(x), device, n, n),
    "add": lambda n, device: apply(torch.add, device, n, n),
    "tanh": lambda n, device: apply(torch.tanh, device, n),
    "sum": lambda n, device: apply(torch.sum, device, n),
    "sumRows": lambda n, device: apply(lambda x: x.sum(1), device, (n, n)),
    "sumColumns": lambda n, device: apply(lambda x: x.sum(0), device, (n, n)),
    "matmul": lambda n, device: matmul(n, device, "highest"),
    "matmulTF32": lambda n, device: matmul(n, device, "high"),
    "network": network,
    "networkFused": lambda batch, device: network(batch, device, fused=True),
    "calibration": calibration,
}


def cases(file, divisor):
    for line in open(file, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            name, kind, size, figure = (field.strip() for field in line.split(";"))
            yield name, kind, max(1, int(size) // divisor), 4 if figure == "time" else 1


def median_time(run, wait, warm_up, seconds):
    """Of a run, in nanoseconds."""
    start, runs = time.perf_counter(), 0
    while runs == 0 or time.perf_counter() - start < warm_up:
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


def first_products(device):
    """PyTorch counts cuBLAS's workspaces among its tensors: one for each thread that multiplies, backward's too."""
    x = torch.ones(16, 16, device=device, requires_grad=True)
    torch.addmm(x[0], x, x).matmul(x).sum().backward()


def main(file, device, seconds, divisor):
    # No default device: as long as one is set, each call of PyTorch passes through Python first.
    torch.cuda.set_device(device)
    wait = functools.partial(torch.cuda.synchronize, device)
    gpu = torch.cuda.get_device_name(device)
    print(f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, {gpu}", file=sys.stderr)
    first_products(device)
    seconds = float(seconds)
    for name, kind, size, warm_up in cases(file, int(divisor)):
        gc.collect()
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
        nanoseconds = median_time(WORK[kind](size, device), wait, warm_up * seconds, seconds)
        peak = torch.cuda.max_memory_allocated(device) - before
        print(f"{name}\t{nanoseconds}\t{peak}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
