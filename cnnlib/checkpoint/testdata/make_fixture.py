"""Writes python.safetensors with the reference implementation.

Run it in an environment that has the packages numpy and safetensors:

    python make_fixture.py

The test TestReadsWhatPythonWrote knows the values.
"""
import os

import numpy as np
from safetensors.numpy import save_file

tensors = {
    "conv.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2) / 8,
    "double": np.array([1 / 3, -0.0, np.inf], dtype=np.float64),
    "int": np.array([[-(2**31), 2**31 - 1]], dtype=np.int32),
    "long": np.array([-(2**63), 2**63 - 1], dtype=np.int64),
    "byte": np.array([0, 255, 7], dtype=np.uint8),
    "word": np.array([2**32 - 1], dtype=np.uint32),
    "random_state": np.array([2**64 - 1, 1], dtype=np.uint64),
    "mask": np.array([True, False, True]),
    "scalar": np.array(2.5, dtype=np.float32),
    "empty": np.zeros((0, 3), dtype=np.float32),
    "ü, 层": np.array([5], dtype=np.float32),
}
metadata = {"format": "np", "note": "two\nlines, \"quoted\""}
save_file(tensors, os.path.join(os.path.dirname(os.path.abspath(__file__)), "python.safetensors"), metadata=metadata)
