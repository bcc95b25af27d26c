"""What a check can conclude: a verdict, and the cause of a gradient that is wrong."""

from enum import IntEnum, StrEnum, auto


class Verdict(IntEnum):
    """What a check concludes, from best to worst: the maximum of the parts is that of the whole.

    ``PASS``: the gradient is that of the finite differences.  ``KINK``: at or near a kink or a tie
    the gradient lies between the one-sided derivatives, jointly where arguments are tied; nothing
    more can be required there.  ``INCONCLUSIVE``: the finite differences cannot tell (noise, a
    jump, a value too large for its changes to show).  ``NONFINITE``: the gradient, or the function
    at or near the arguments, is infinite or nan.  ``FAIL``: the gradient is wrong.

    >>> print(max(Verdict.PASS, Verdict.NONFINITE, Verdict.KINK))
    NONFINITE
    """

    PASS = auto()
    KINK = auto()
    INCONCLUSIVE = auto()
    NONFINITE = auto()
    FAIL = auto()

    def __str__(self) -> str:
        """The name alone."""
        return self.name


class Cause(StrEnum):
    """What is wrong with a gradient, in a word or two; equal to its text.

    >>> Cause.SOME_ELEMENTS == "some elements"
    True
    """

    FACTOR = "factor"
    SIGN = "sign"
    ZERO = "zero"
    TRANSPOSED = "transposed"
    PERMUTED = "permuted"
    FLIPPED = "flipped"
    SOME_ELEMENTS = "some elements"
    NOT_SUMMED_BACK = "not summed back"
    MEAN_FOR_SUM = "mean for sum"
    ACTIVATION_DERIVATIVE = "activation derivative"
    NOT_ACCUMULATED = "not accumulated"
    TIES = "ties"
    FLOAT32 = "float32"
    IGNORES_COTANGENT = "ignores cotangent"
    OFFSET = "offset"
    PENALTY = "penalty"
    DIAGONAL = "diagonal"
    WRONG_LAYER = "wrong layer"
    OTHER = "other"

    __repr__ = str.__repr__
