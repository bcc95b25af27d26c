"""Backpropagation that you can see: a tiny reverse-mode autodiff library on NumPy."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import ops
from .engine.backward import gradients
from .engine.core import Node, Op, VariadicOp
from .engine.modes import no_grad, record_lines, watch_nonfinite
from .errors import AutogradError, GradientShapeError, NonFiniteError, ZeroGradientWarning
from .plan.plan import Plan
from .support import __version__ as __version__
from .tensor.tensor import Tensor
from .transforms.transforms import (
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)

if TYPE_CHECKING:
    from . import book, data, differences, experiments, gradient_check, models, paths, plots, viz
    from .custom import custom_op
    from .gradient_check import (
        GradientMismatch,
        GradientMismatchError,
        blame,
        check_gradient_function,
        check_gradients,
        check_network,
        gradcheck,
    )
    from .models import Network, bp_report

# fmt: off
__all__ = [
    "AutogradError", "GradientMismatch", "GradientMismatchError", "GradientShapeError", "Network",
    "Node", "NonFiniteError", "Op", "Plan", "Tensor", "VariadicOp", "ZeroGradientWarning", "blame",
    "book", "bp_report", "check_gradient_function", "check_gradients", "check_network",
    "custom_op", "data", "differences", "elementwise_grad", "experiments", "grad", "gradcheck",
    "gradient_check", "gradients", "hessian", "hvp", "jacobian", "jvp", "models", "no_grad", "ops",
    "paths", "plots", "record_lines", "value_and_grad", "viz", "vjp", "watch_nonfinite",
]
# fmt: on

# What stands on the engine is imported when it is first asked for, which halves `import`: a name,
# and the room that it comes from.
_LATER = {
    **dict.fromkeys(("book", "data", "differences", "experiments", "gradient_check"), ""),
    **dict.fromkeys(("models", "paths", "plots", "viz"), ""),
    **dict.fromkeys(("GradientMismatch", "GradientMismatchError"), "gradient_check"),
    **dict.fromkeys(("blame", "check_gradient_function"), "gradient_check"),
    **dict.fromkeys(("check_gradients", "check_network", "gradcheck"), "gradient_check"),
    **dict.fromkeys(("Network", "bp_report"), "models"),
    "custom_op": "custom",
}


def __getattr__(name: str) -> Any:
    """The rooms and names that :data:`_LATER` lists."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = import_module(f".{_LATER[name] or name}", __name__)
    found = getattr(room, name) if _LATER[name] else room
    globals()[name] = found  # asked for once
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
