"""Points and directions for derivatives, and every transform of one function."""

import numpy as np

import autograd_nn as ag

equal = np.testing.assert_array_equal
r = np.random.default_rng(20150101)
X, V, W = r.uniform(0.3, 1.5, (3, 4))
A = r.standard_normal((4, 4)) + 4 * np.eye(4)
M = r.standard_normal((3, 4))


def close(found, expected, rtol=1e-11, atol=1e-13):
    np.testing.assert_allclose(found, expected, rtol, atol)


ASKING = {
    "grad": lambda f: ag.grad(f)(2.0),
    "value_and_grad": lambda f: ag.value_and_grad(f)(2.0)[1],
    "elementwise_grad": lambda f: ag.elementwise_grad(f)(2.0),
    "vjp": lambda f: ag.vjp(f, 2.0)[1](1.0)[0],
    "jvp": lambda f: ag.jvp(f, 2.0, 1.0)[1],
    "jacobian": lambda f: ag.jacobian(f)(2.0),
    "hessian": lambda f: ag.hessian(f)(2.0),
    "hvp": lambda f: ag.hvp(f, 2.0, 1.0),
}
