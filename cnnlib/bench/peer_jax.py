"""Training and inference throughput of the networks of section 5.23 in JAX on the CPU.

  python peer_jax.py DIR [--net conv2] [--batch 10] [--mode train|infer]

DIR holds MNIST's four idx .gz files. The process writes a line when it is warm, then
one for each request that it reads (protocol.go). It offers what can make JAX faster:
its own convolution, or products of matrices (im2col); one step in a call, or several.
"""
import argparse, functools, gzip, os
import numpy as np, jax, jax.numpy as jnp

p = argparse.ArgumentParser()
p.add_argument("dir"); p.add_argument("--net", default="conv2"); p.add_argument("--batch", type=int, default=10)
p.add_argument("--mode", default="train")
a = p.parse_args()
x = np.frombuffer(gzip.open(os.path.join(a.dir, "train-images-idx3-ubyte.gz")).read(), np.uint8, offset=16)
y = np.frombuffer(gzip.open(os.path.join(a.dir, "train-labels-idx1-ubyte.gz")).read(), np.uint8, offset=8)
X = jnp.array(x.reshape(-1, 28, 28, 1).astype(np.float32) / 256); Y = jnp.array(y.astype(np.int32))
r = np.random.RandomState(0)
convs = {"fc": [], "conv1": [(1, 20)], "conv2": [(1, 20), (20, 40)], "drop": [(1, 20), (20, 40)]}[a.net]
flat = {"fc": 784, "conv1": 2880, "conv2": 640, "drop": 640}[a.net]
dims = [flat, 1000, 1000, 10] if a.net == "drop" else [flat, 100, 10]
W = [(r.randn(5, 5, i, o) / np.sqrt(25 * i), np.zeros(o)) for i, o in convs]
W += [(r.randn(i, o) / np.sqrt(i), np.zeros(o)) for i, o in zip(dims, dims[1:])]
W = jax.tree.map(lambda v: jnp.array(v, jnp.float32), W)

def conv(x, k, form):
    if form == "convolution":
        return jax.lax.conv_general_dilated(x, k, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    n, h, w, c = x.shape; kh, kw, _, co = k.shape; oh, ow = h - kh + 1, w - kw + 1
    cols = jnp.concatenate([x[:, i:i + oh, j:j + ow, :] for i in range(kh) for j in range(kw)], -1)
    return (cols.reshape(n * oh * ow, -1) @ k.reshape(-1, co)).reshape(n, oh, ow, co)

def pool(x, form):
    if form == "convolution": return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    n, h, w, c = x.shape; return x.reshape(n, h // 2, 2, w // 2, 2, c).max((2, 4))

def logits(W, x, form, key):
    h = x
    for k, b in W[:len(convs)]: h = jax.nn.relu(pool(conv(h, k, form), form) + b)
    h = h.reshape(h.shape[0], -1)
    for n, (k, b) in enumerate(W[len(convs):]):
        if a.net == "drop" and key is not None:
            h = h * jax.random.bernoulli(jax.random.fold_in(key, n), .5, h.shape) * 2
        h = h @ k + b
        if n < len(dims) - 2: h = jax.nn.relu(h)
    return h

idx = r.randint(0, 60000, (10000, a.batch)); key = jax.random.key(0)

def way(form, together):
    """Returns a function that takes so many steps, several of them in one call."""
    def loss(W, x, y, key):
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits(W, x, form, key)), y[:, None], 1))
    @functools.partial(jax.jit, donate_argnums=0)
    def train(W, X, Y, rows, key):
        for i in rows:
            g = jax.grad(loss)(W, X[i], Y[i], key); W = jax.tree.map(lambda v, d: v - .03 * d, W, g)
        return W
    @jax.jit
    def infer(W, X, rows): return [logits(W, X[i], form, None).argmax(1) for i in rows]
    w, at = jax.tree.map(jnp.copy, W), 0
    def run(steps):
        nonlocal w, at
        for _ in range(-(-steps // together)):
            rows = idx[at:at + together]; at = (at + together) % (len(idx) - together)
            if a.mode == "train": w = train(w, X, Y, rows, key)
            else: out = infer(w, X, rows)
        jax.block_until_ready(w if a.mode == "train" else out)
        return -(-steps // together) * together
    return run

# Our calls hold many batches; 20 steps spare JAX most of what its calls cost too.
forms = ("convolution", "im2col") if convs else ("products",)
ways = {form + ("" if n == 1 else f", {n} steps a call"): way(form, n) for form in forms for n in ((1, 5) if a.mode == "train" else (1, 5, 20))}

from peer_serve import serve
serve(ways, a.batch, "jax " + jax.__version__)
