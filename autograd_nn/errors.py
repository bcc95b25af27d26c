"""The library's own errors and warnings, one family.

::

    AutogradError
    ├── GradientMismatchError  (AssertionError)  a check does not accept a gradient; has .report
    ├── GradientShapeError     (ValueError)      a rule's gradient does not fit its argument
    ├── NonFiniteError         (ValueError)      an element is infinite or nan
    ├── RenderError            (RuntimeError)    a renderer could not draw this graph
    ├── RendererNotFoundError  (RuntimeError)    no renderer here can write the format
    ├── RendererUnusableError  (RuntimeError)    one renderer is missing, broken or too old
    └── TrainingDivergedError  (ValueError)      a cost is no longer finite; has .history

    UserWarning
    └── ZeroGradientWarning                      the result does not depend on an argument

Each is also the built-in class in brackets, so that ``except ValueError`` catches what it says.
Every other mistake raises Python's and NumPy's own: ``TypeError`` for what can never be right,
``ValueError`` for a value or shape that does not fit, ``numpy.linalg.LinAlgError`` for a singular
matrix, ``OSError`` for files.
"""

from __future__ import annotations


class AutogradError(Exception):
    """What only this library raises; one ``except`` catches the family."""

    __module__ = "autograd_nn"  # tracebacks say where a user finds it


class GradientShapeError(AutogradError, ValueError):
    """A rule gave a gradient of another shape than its argument's; both are kept here."""

    __module__ = "autograd_nn"

    def __init__(
        self, op: str, argument: int, got: tuple[int, ...], expected: tuple[int, ...]
    ) -> None:
        super().__init__(op, argument, got, expected)
        self.op, self.argument, self.got, self.expected = op, argument, got, expected

    def __str__(self) -> str:
        """What arrived, what was expected, and what to do."""
        return (
            f"{self.op}: the rule for argument {self.argument} gave shape {self.got}; expected the "
            f"argument's shape {self.expected}; sum over the axes that were broadcast"
        )


class NonFiniteError(AutogradError, ValueError):
    """An element is infinite or nan; the message says which."""

    __module__ = "autograd_nn"


class RenderError(AutogradError, RuntimeError):
    """A renderer was there and could not draw this graph."""

    __module__ = "autograd_nn.viz"


class RendererNotFoundError(AutogradError, RuntimeError):
    """No renderer here can write the format; the message says why, and what to install."""

    __module__ = "autograd_nn.viz"


class RendererUnusableError(AutogradError, RuntimeError):
    """A renderer is not installed, is broken, or does not know the format; the text says which.

    Another one is then tried, so that a user meets it only in `autograd-nn doctor`.
    """


class ZeroGradientWarning(UserWarning):
    """A gradient is zero because the output does not depend on what it was asked for.

    Most often a value was taken out of the graph on the way (``float(t)``, ``t.data``, a function
    of ``math``).  Where it is meant: ``warnings.simplefilter("ignore", ag.ZeroGradientWarning)``.
    """

    __module__ = "autograd_nn"
