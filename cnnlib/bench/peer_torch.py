"""Training and inference throughput of the networks of section 5.23 in PyTorch on the CPU.

  python peer_torch.py DIR [--net conv2] [--batch 10] [--mode train|infer]

DIR holds MNIST's four idx .gz files. The process writes a line when it is warm, then
one for each request that it reads (protocol.go). It offers what can make PyTorch
faster: both memory formats, and one thread or all.
"""
import argparse, gzip, os
import numpy as np, torch
import torch.nn as nn, torch.nn.functional as F

p = argparse.ArgumentParser()
p.add_argument("dir"); p.add_argument("--net", default="conv2"); p.add_argument("--batch", type=int, default=10)
p.add_argument("--mode", default="train")
a = p.parse_args()

def load(d):
    x = np.frombuffer(gzip.open(os.path.join(d, "train-images-idx3-ubyte.gz")).read(), np.uint8, offset=16)
    y = np.frombuffer(gzip.open(os.path.join(d, "train-labels-idx1-ubyte.gz")).read(), np.uint8, offset=8)
    return torch.tensor(x.reshape(-1, 1, 28, 28).astype(np.float32) / 256), torch.tensor(y.astype(np.int64))

def net(name):
    c1 = [nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.ReLU()]
    c2 = c1 + [nn.Conv2d(20, 40, 5), nn.MaxPool2d(2), nn.ReLU()]
    return nn.Sequential(*{
        "fc":    [nn.Flatten(), nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10)],
        "conv1": c1 + [nn.Flatten(), nn.Linear(2880, 100), nn.ReLU(), nn.Linear(100, 10)],
        "conv2": c2 + [nn.Flatten(), nn.Linear(640, 100), nn.ReLU(), nn.Linear(100, 10)],
        "drop":  c2 + [nn.Flatten(), nn.Dropout(.5), nn.Linear(640, 1000), nn.ReLU(), nn.Dropout(.5),
                       nn.Linear(1000, 1000), nn.ReLU(), nn.Dropout(.5), nn.Linear(1000, 10)],
    }[name])

torch.manual_seed(0)
X, Y = load(a.dir)
idx = torch.randint(0, len(X), (10000, a.batch))

def way(fmt, threads):
    """Returns a function that takes so many steps."""
    m = net(a.net)
    if fmt == "channels last": m = m.to(memory_format=torch.channels_last)
    m.train(a.mode == "train")
    opt = torch.optim.SGD(m.parameters(), lr=.03, fused=True)
    def get(i):
        x = torch.index_select(X, 0, i)
        return x.contiguous(memory_format=torch.channels_last) if fmt == "channels last" else x
    def train(i):
        loss = F.cross_entropy(m(get(i)), torch.index_select(Y, 0, i))
        opt.zero_grad(); loss.backward(); opt.step()
    def infer(i):
        m(get(i)).argmax(1)
    step = train if a.mode == "train" else infer
    at = 0
    def run(steps):
        nonlocal at
        torch.set_num_threads(threads)
        with torch.inference_mode(a.mode == "infer"):
            for _ in range(steps):
                step(idx[at]); at = (at + 1) % len(idx)
    return run

cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
ways = {f"{fmt}, {n} thread{'s' * (n > 1)}": way(fmt, n)
        for fmt in (("contiguous", "channels last") if a.net != "fc" else ("contiguous",)) for n in sorted({1, cores})}

from peer_serve import serve
serve(ways, a.batch, "torch " + torch.__version__)
