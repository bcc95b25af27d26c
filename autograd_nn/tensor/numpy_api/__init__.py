"""The ops in NumPy's words: the same order of arguments, the same names and defaults.

``ops.sum(x, axis=0)`` is the op; ``np.sum(a, 0)`` and ``a.sum(0)`` are NumPy's spellings of it.
Each function in this folder takes what NumPy's takes and calls the op.
:mod:`autograd_nn.tensor.numpy_protocol` says which NumPy function each one stands for, and
:mod:`autograd_nn.tensor.methods` which method.
"""
