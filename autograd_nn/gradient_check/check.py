"""The check: a function's gradient beside finite differences, element by element."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from ..backward import own, sweep
from ..core import Array, value
from ..differences import Difference, difference, typical_size
from ..tensor import Tensor

EVERY_ELEMENT = 1_000  # arguments up to this size are checked element by element
_SAMPLED, _DIRECTIONS = 100, 4


class GradientMismatch(AssertionError):
    """A gradient and its finite difference disagree.

    ``argument`` and ``index`` say where (``index`` is None for a random direction), ``analytic``
    and ``numeric`` what each says, ``step`` how far the function's argument was moved.
    """

    def __init__(
        self,
        function: str,
        argument: int,
        index: tuple[int, ...] | None,
        analytic: float,
        numeric: Difference,
        reason: str,
    ) -> None:
        self.argument, self.index = argument, index
        self.analytic, self.numeric, self.step = analytic, numeric.value, numeric.step
        where = f"index {index}" if index is not None else "along a random direction"
        largest = max(abs(analytic), abs(numeric.value))
        relative = abs(analytic - numeric.value) / largest if largest else 0.0
        super().__init__(
            f"check_gradients: {function}, argument {argument}, {where}: {reason}: "
            f"gradient {analytic:.9g}, finite difference {numeric.value:.9g} "
            f"± {numeric.error:.1g} (relative error {relative:.2g}, step {numeric.step:.3g})"
        )


def check_gradients(
    f: Callable[..., Any],
    *arrays: npt.ArrayLike,
    order: int = 1,
    rng: int | np.random.Generator | None = 0,
) -> None:
    """Raise :class:`GradientMismatch` unless the gradient of ``f`` agrees with finite differences.

    ``f`` takes as many tensors as there are arrays and returns a tensor of any shape.  Its result
    is weighted with random numbers (never with ones, under which many wrong rules look right), and
    every element of every array is moved, with the error of each difference estimated rather than
    assumed.  Arrays of more than 1,000 elements are checked at 100 random elements and along 4
    random directions.  ``order=2`` checks the gradient of the gradient too.

    Raises ``TypeError`` for integer arrays, in which a small step is none.

    >>> import numpy as np
    >>> from autograd_nn import Op, check_gradients, ops
    >>> check_gradients(ops.sigmoid, np.linspace(-2, 2, 5), order=2)
    >>> wrong = Op("square", np.square, lambda g, y, x: g * x)  # the factor 2 is missing
    >>> check_gradients(wrong, np.array([1.0, 3.0]))
    Traceback (most recent call last):
    autograd_nn.gradient_check.check.GradientMismatch: check_gradients: square, argument 0, ...
    """
    values = [_floating(f, i, a) for i, a in enumerate(arrays)]
    if not values:
        raise TypeError("check_gradients: no arrays; expected one for each argument of f")
    if order not in (1, 2):
        raise ValueError(f"check_gradients: order={order!r}; expected 1 or 2")
    generator = np.random.default_rng(rng)
    _check(_name(f), f, values, generator)
    if order == 2:
        for i in range(len(values)):
            _check(
                f"the gradient of {_name(f)} by argument {i}", _gradient_of(f, i), values, generator
            )


def _check(name: str, f: Callable[..., Any], values: list[Array], rng: np.random.Generator) -> None:
    tensors = [Tensor(x, requires_grad=True) for x in values]
    y = f(*tensors)
    cotangent = rng.standard_normal(np.shape(value(y)))
    analytic = _analytic(y, tensors, cotangent)

    def along(i: int, direction: Array) -> Callable[[float], float]:
        def moved(t: float) -> float:
            arguments = [x + t * direction if j == i else x for j, x in enumerate(values)]
            result = f(*[Tensor(x, requires_grad=True) for x in arguments])
            return float(np.sum(cotangent * value(result)))

        return moved

    for i, x in enumerate(values):
        largest = float(np.max(np.abs(analytic[i]), initial=0.0))
        for index, direction, scale, finest in _probes(x, rng):
            numeric = difference(along(i, direction), scale, finest)
            expected = float(np.sum(analytic[i] * direction))
            reason = _disagreement(expected, numeric, largest)
            if reason:
                raise GradientMismatch(name, i, index, expected, numeric, reason)


def _disagreement(analytic: float, numeric: Difference, largest: float) -> str:
    """Why the two do not agree; empty where they do.

    An error far below the argument's ``largest`` derivative is no reason to doubt.
    """
    if not math.isfinite(analytic):
        return "the gradient is not finite"
    if not math.isfinite(numeric.value):
        return "the function is not finite nearby"
    size = max(abs(analytic), abs(numeric.value))
    if numeric.error > 1e-3 * size and numeric.error > 1e-6 * numeric.natural:
        return "the finite difference does not settle (a kink or noise nearby?)"
    if abs(analytic - numeric.value) > 10 * numeric.error + 1e-9 * size:
        return "they differ"
    claimed = abs(analytic) > 1e-12 * numeric.natural  # less than that is round-off of its own
    if claimed and numeric.error > max(1e-3 * abs(analytic), 1e-6 * largest):
        return "the finite difference is too coarse to tell (round-off in a large result?)"
    return ""


def _probes(
    x: Array, rng: np.random.Generator
) -> Iterator[tuple[tuple[int, ...] | None, Array, float, float]]:
    """Directions to move an argument in: its elements, or some of them and random directions."""
    typical = typical_size(x)
    positions = np.arange(x.size)
    if x.size > EVERY_ELEMENT:
        positions = rng.choice(x.size, _SAMPLED, replace=False)
        for _ in range(_DIRECTIONS):
            direction = rng.standard_normal(x.shape)
            yield None, direction, typical, 0.0
    for position in positions:
        direction = np.zeros(x.shape)
        index = tuple(map(int, np.unravel_index(position, x.shape)))
        direction[index] = 1
        size = abs(float(x[index]))
        yield index, direction, max(size, 0.1 * typical), size


def _analytic(y: Any, tensors: list[Tensor], cotangent: Array) -> list[Array]:
    """What the backward pass says; zeros for a result that depends on nothing."""
    if not isinstance(y, Tensor):
        raise TypeError(
            f"check_gradients: f returned {type(y).__name__}; expected a tensor, so compute with "
            "the tensors it is given (operators and autograd_nn.ops)"
        )
    if not y.requires_grad:
        return [np.zeros(t.shape) for t in tensors]
    found = sweep([y], tensors, [cotangent], asked_by="check_gradients")
    return [own(found[t]) if t in found else np.zeros(t.shape) for t in tensors]


def _gradient_of(f: Callable[..., Any], i: int) -> Callable[..., Any]:
    """The function that gives the gradient of ``f`` by argument ``i``, for a fixed cotangent."""

    def gradient(*tensors: Tensor) -> Any:
        y = f(*tensors)
        if not y.requires_grad:
            return Tensor(np.zeros(tensors[i].shape))
        cotangent = np.random.default_rng(y.data.size).standard_normal(y.shape)
        t = tensors[i]
        found = sweep([y], [t], [cotangent], create_graph=True, asked_by="check_gradients")
        return found[t] if t in found else Tensor(np.zeros(t.shape))

    return gradient


def _floating(f: Callable[..., Any], i: int, a: npt.ArrayLike) -> Array:
    x = np.array(value(a))
    if x.dtype.kind != "f":
        raise TypeError(
            f"check_gradients: {_name(f)}, argument {i} has dtype {x.dtype}; expected floating-"
            "point numbers (1.0 for 1), since an integer cannot be moved a little; bind labels "
            "and masks in a lambda"
        )
    if not np.isfinite(x).all():
        raise ValueError(
            f"check_gradients: {_name(f)}, argument {i} has an element that is infinite or nan"
        )
    return x.astype(np.float64)


def _name(f: Callable[..., Any]) -> str:
    return str(getattr(f, "name", None) or getattr(f, "__name__", None) or f)
