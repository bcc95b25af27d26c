"""Derivatives of functions: f in, a function that computes its derivative out.

f is an ordinary function of arrays, written with NumPy's functions or with :mod:`autograd_nn.ops`.
It is called with tensors in place of the arguments to differentiate, and what it recorded is
differentiated.  Arguments may be tuples, lists and dicts of arrays, nested; a derivative is built
like its argument.

**What comes out.**  Arrays in, arrays out.  Where an argument is a tensor, or f depends on a tensor
from outside that requires a gradient, the derivative is a tensor too and can be differentiated
again: so transforms nest to any order, and each differentiates with respect to its own argument
only.

A function that does not depend on its argument has derivative zero, and a
:class:`~autograd_nn.ZeroGradientWarning` says so, since most often a value was lost on the way.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import ops
from ..engine.backward import topological_order
from ..engine.core import Node, Operand, value
from ..engine.modes import is_tracing, recording
from .traced_call import Argnums, Settings, TracedCall, zeros_for
from .trees import rebuild

Function = Callable[..., Any]


def grad(f: Function, argnums: Argnums = 0) -> Function:
    """The gradient of a function whose result is a single number.

    ``grad(f)(*args)`` is built like argument ``argnums``; for a tuple of numbers it is a tuple.
    Keyword arguments are passed on.  Raises ``ValueError`` for a result that is no single number,
    and ``TypeError`` for an argument that cannot be differentiated (integers, text).

    >>> import numpy as np
    >>> grad(lambda x: np.sum(x**2))(np.array([1.0, 2.0]))
    array([2., 4.])
    >>> round(grad(grad(np.sin))(0.5), 6), round(float(-np.sin(0.5)), 6)
    (-0.479426, -0.479426)
    >>> grad(lambda p, x: p["w"] * x + p["b"])({"w": 2.0, "b": 1.0}, 3.0)
    {'w': 3.0, 'b': 1.0}
    """
    return _named("grad", f, lambda *a, **k: _value_and_grad("grad", f, argnums, a, k)[1])


def value_and_grad(f: Function, argnums: Argnums = 0) -> Function:
    """The value of f and its gradient, from one call of f; as :func:`grad` otherwise.

    >>> value, slope = value_and_grad(lambda x: x**3)(2.0)
    >>> float(value), slope
    (8.0, 12.0)
    """
    name = "value_and_grad"
    return _named(name, f, lambda *a, **k: _value_and_grad(name, f, argnums, a, k))


def _value_and_grad(
    name: str, f: Function, argnums: Argnums, args: Sequence[object], settings: Settings
) -> Any:
    call = TracedCall(name, f, args, settings, argnums)
    result = call.value(), call.as_arguments(call.pull([call.the_number()]))
    call.finish()
    return result


def elementwise_grad(f: Function, argnums: int = 0) -> Function:
    """The derivative of a function that works on each element by itself, at each element.

    Raises ``ValueError`` if the result has not the argument's shape, or if an element of it depends
    on another element of the argument: then there is no such derivative, but a :func:`jacobian`.

    >>> import numpy as np
    >>> elementwise_grad(np.exp)(np.array([0.0, 1.0])) == np.exp([0.0, 1.0])
    array([ True,  True])
    """

    def function(*args: object, **settings: object) -> Any:
        call = TracedCall("elementwise_grad", f, args, settings, argnums)
        output = call.the_array()
        found = call.pull([output], [np.ones(np.shape(value(output)))])
        _check_elementwise(call, output, found)
        result = call.as_arguments(found)
        call.finish()
        return result

    return _named("elementwise_grad", f, function)


def _check_elementwise(call: TracedCall, output: Operand, found: list[Any]) -> None:
    """A diagonal Jacobian pulls v back to v times its diagonal, exactly for v of powers of two.

    This second backward pass makes the call 2.7 times as long (0.41 ms, not 0.15 ms, for 1,000
    numbers x and tanh x · sin x); without it the sum of a column would pass for a derivative.
    """
    shape = np.shape(value(output))
    for place, x in zip(call.places, call.nodes, strict=True):
        if x.shape != shape:
            raise ValueError(
                f"elementwise_grad: f made {shape} of {place} of shape {x.shape}; expected the "
                "same shape; jacobian has every derivative"
            )
    rng = np.random.default_rng(0)
    exponents = rng.permutation(np.prod(shape, dtype=int)).reshape(shape) % 31 - 15
    v = np.ldexp(rng.choice([-1.0, 1.0], shape), exponents)
    with np.errstate(all="ignore"):  # what is wrong was warned of in the first pass
        pulled = call.pull([output], [v], create_graph=False, warn=False)
        for place, once, diagonal in zip(
            call.places, map(value, pulled), map(value, found), strict=True
        ):
            limits = np.finfo(once.dtype)
            off = np.abs(once - v * diagonal)
            if np.any(off > 64 * (limits.eps * np.abs(once) + limits.tiny)):
                raise ValueError(
                    f"elementwise_grad: an element of the result depends on other elements of "
                    f"{place} than its own; jacobian has every derivative"
                )


def vjp(f: Function, *args: object, **settings: object) -> tuple[Any, Function]:
    """f's value, and the function that pulls a gradient at the value back to all arguments.

    ``pull(g)`` takes what is built like the value and gives a tuple, one gradient for each
    argument: gᵀJ, the vector-Jacobian product, for one backward pass.

    >>> import numpy as np
    >>> y, pull = vjp(lambda a, b: a @ b, np.eye(2), np.array([3.0, 4.0]))
    >>> pull(np.array([1.0, 0.0]))
    (array([[3., 4.],
           [0., 0.]]), array([1., 0.]))
    """
    _check_function("vjp", f)
    call = TracedCall("vjp", f, args, settings, range(len(args)))

    def pull(g: object) -> Any:
        seeds = call.seeds(g)
        graph = call.differentiable or any(isinstance(s, Node) and s.requires_grad for s in seeds)
        as_tensors = call.as_tensors or any(isinstance(seed, Node) for seed in seeds)
        return call.as_arguments(call.pull(call.outputs, seeds, graph), as_tensors)

    result = call.value()
    call.finish()
    return result, pull


def jvp(f: Function, args: object, tangents: object) -> tuple[Any, Any]:
    """f's value, and how it changes as the arguments move along ``tangents``: J v.

    ``args`` and ``tangents`` are tuples with one item for each argument; a single argument may
    stand by itself.  This is forward mode made of the reverse rules: u ↦ Jᵀu is linear in u, so its
    own derivative along v is J v.  It costs one call of f and two backward passes, however many
    inputs and outputs there are.

    >>> import numpy as np
    >>> jvp(lambda x: x**2, np.array([1.0, 2.0]), np.array([1.0, 10.0]))[1]
    array([ 2., 40.])
    """
    _check_function("jvp", f)
    points, directions = _make_tuples("jvp", args, tangents)
    call = TracedCall("jvp", f, points, {}, range(len(points)))
    moved = rebuild(call.output, call.push(call.outputs, directions))
    result = call.value(), moved
    call.finish()
    return result


def jacobian(f: Function, argnums: Argnums = 0) -> Function:
    """Every derivative: for each element of the result, by each element of the argument.

    The shape is that of the result followed by that of the argument; results in a container give
    the container, each item built like the argument.  Costs one backward pass for each element of
    the result.

    >>> import numpy as np
    >>> jacobian(lambda x: x * x.sum())(np.array([1.0, 2.0]))
    array([[4., 1.],
           [2., 5.]])
    """
    return _named("jacobian", f, lambda *a, **k: _jacobian("jacobian", f, argnums, a, k))


def hessian(f: Function, argnums: int = 0) -> Function:
    """The second derivatives of a function whose result is a single number.

    The shape is that of the argument twice; of a container it is a container of containers.  Costs
    one backward pass for each element of the argument; :func:`hvp` multiplies by it without making
    it.

    >>> import numpy as np
    >>> hessian(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """

    def function(*args: object, **settings: object) -> Any:
        def slope(*args: object, **settings: object) -> Any:
            return _value_and_grad("hessian", f, argnums, args, settings)[1]

        return _jacobian("hessian", slope, argnums, args, settings, warn=False)

    return _named("hessian", f, function)


def hvp(f: Function, args: object, tangents: object) -> Any:
    """The Hessian of a function whose result is a single number, times a vector; never formed.

    Arguments and tangents as for :func:`jvp`; the product is built like the arguments.  Costs one
    call of f and two backward passes.

    >>> import numpy as np
    >>> hvp(lambda x: np.sum(x**3), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    _check_function("hvp", f)
    alone = not isinstance(args, tuple)
    points, directions = _make_tuples("hvp", args, tangents)
    call = TracedCall("hvp", f, points, {}, range(len(points)))
    seeds = call.tangents(directions)
    slopes = call.pull([call.the_number()], create_graph=True)
    found = call.as_arguments(call.pull(slopes, seeds, warn=False))  # a line bends nowhere
    call.finish()
    return found[0] if alone else found


def _jacobian(
    name: str,
    f: Function,
    argnums: Argnums,
    args: Sequence[object],
    settings: Settings,
    warn: bool = True,
) -> Any:
    call = TracedCall(name, f, args, settings, argnums)
    blocks = []
    for y in call.outputs:
        rows = []
        for i in range(np.size(value(y))):
            found = {}
            if isinstance(y, Node) and y.requires_grad:
                seed = np.zeros(y.shape, y.dtype)
                seed.flat[i] = 1
                found = call.sweep([y], call.nodes, [seed], call.differentiable)
            rows.append([found.get(x) for x in call.nodes])
        blocks.append(_stacked(call, np.shape(value(y)), rows))
    if warn:
        outputs = [y for y in call.outputs if isinstance(y, Node) and y.requires_grad]
        call.warn_of(set(topological_order(*outputs)))
    result = rebuild(call.output, [call.as_arguments(block) for block in blocks])
    call.finish()
    return result


def _stacked(call: TracedCall, shape: tuple[int, ...], rows: list[list[Any]]) -> list[Any]:
    """For each of the call's nodes, the rows of an output of this shape as one array."""
    found = []
    for i, x in enumerate(call.nodes):
        column = [zeros_for(x) if row[i] is None else row[i] for row in rows]
        if not column:
            found.append(np.zeros((*shape, *x.shape), x.dtype))
        elif call.differentiable or is_tracing():
            with recording(True):
                found.append(ops.reshape(ops.stack(column), shape=(*shape, *x.shape)))
        else:
            found.append(np.stack(column).reshape((*shape, *x.shape)))
    return found


def _make_tuples(
    name: str, args: object, tangents: object
) -> tuple[tuple[object, ...], tuple[object, ...]]:
    if not isinstance(args, tuple):
        return (args,), (tangents,)
    if not isinstance(tangents, tuple) or len(tangents) != len(args):
        raise ValueError(
            f"{name}: {len(args)} arguments in a tuple; expected a tuple of as many tangents"
        )
    return args, tangents


def _named(name: str, f: Function, function: Function) -> Function:
    _check_function(name, f)
    of = getattr(f, "__name__", None) or getattr(f, "name", repr(f))
    function.__name__ = function.__qualname__ = f"{name}({of})"
    function.__doc__ = f"The {name} of ``{of}``."
    return function


def _check_function(name: str, f: object) -> None:
    if not callable(f):
        raise TypeError(f"{name}: got {type(f).__name__}; expected a function to differentiate")
