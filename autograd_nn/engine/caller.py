"""Which line of a user's program is at work: the nearest one outside of the library and NumPy."""

import os
import sys

import numpy as np

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_INSIDE = tuple(folder + os.sep for folder in (_PACKAGE, os.path.dirname(np.__file__)))


def calling_line() -> str | None:
    """``file:number`` of the innermost line that is not the library's own; None if there is none.

    >>> calling_line()  # a doctest's line has no file
    '<doctest autograd_nn.engine.caller.calling_line[0]>:1'
    """
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith(_INSIDE):
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]
    return None
