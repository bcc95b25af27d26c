"""What a check has found: numbers and text only, to be pickled, compared and written as JSON."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from ..errors import AutogradError
from .verdict import Cause, Verdict

_MOST = 8  # arguments to list


@dataclass(frozen=True)
class Element:
    """One element of a gradient beside its finite difference, both under one cotangent.

    ``index`` is None for a random direction.  ``tolerance`` is how far apart the two may be: ten
    times the measured error ``error`` and a billionth of what was added up.
    """

    index: tuple[int, ...] | None
    value: float
    analytic: float
    numeric: float
    error: float
    tolerance: float
    step: float

    @property
    def ratio(self) -> float:
        """How many times the finite difference the gradient is; nan where that means nothing."""
        if abs(self.numeric) <= self.tolerance or not math.isfinite(self.analytic):
            return math.nan
        return self.analytic / self.numeric


@dataclass(frozen=True)
class ArgumentReport:
    """What was found for one argument; ``worst`` holds its up to five worst elements.

    Of its ``elements`` elements and random directions ``checked`` were looked at, and ``resolved``
    of these measured well enough to tell.
    """

    position: int
    name: str
    shape: tuple[int, ...]
    verdict: Verdict
    cause: Cause | None
    diagnosis: str
    elements: int
    checked: int
    resolved: int
    worst: tuple[Element, ...]
    analytic: tuple[float, ...]  # what was compared, under the last cotangent: for a picture
    numeric: tuple[float, ...]
    errors: tuple[float, ...]


@dataclass(frozen=True, repr=False)
class Report:
    """The outcome of a check: a verdict, and when it is not ``PASS`` what is wrong.

    ``cause`` is a :class:`Cause` (``"factor"``, ``"sign"``, ``"transposed"`` …) or None;
    ``diagnosis`` says it in words with its evidence.  ``arguments`` has the numbers for each
    argument, ``broken`` the laws that do not hold, ``second`` the reports of the second order.
    ``forward`` and ``backward`` count the passes that were made.  ``reproduce`` is a line that
    makes the check again, ``line`` says where what is wrong is defined or was recorded,
    ``culprit`` which of several recorded operations has a wrong rule.
    """

    name: str
    verdict: Verdict
    cause: Cause | None = None
    diagnosis: str = ""
    arguments: tuple[ArgumentReport, ...] = ()
    broken: tuple[str, ...] = ()
    cotangents: int = 0
    forward: int = 0
    backward: int = 0
    seed: int = 0
    line: str | None = None
    position: int | None = None
    reproduce: str = ""
    note: str = ""
    culprit: str = ""
    second: "tuple[Report, ...]" = ()

    @property
    def ok(self) -> bool:
        """Whether the gradient is accepted: ``PASS``, or ``KINK``."""
        return self.verdict in (Verdict.PASS, Verdict.KINK)

    @property
    def guilty(self) -> "Report":
        """The part that decides: this report, or one of the second order."""
        return next((r for r in self.second if r.verdict == self.verdict and not self.ok), self)

    @property
    def argument(self) -> ArgumentReport | None:
        """The worst argument; None where there is none."""
        part = self.guilty
        return next((a for a in part.arguments if a.position == part.position), None)

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers, text, lists and dicts, for JSON; nan and infinity become text."""
        return {name: _plain(x) for name, x in asdict(self).items()}

    def __str__(self) -> str:
        """One screen: the diagnosis, the worst elements, what was looked at, how to repeat it."""
        return "\n".join(_lines(self))

    __repr__ = __str__  # a notebook shows what a check gave: the screen, not the fields


def _lines(report: Report) -> list[str]:
    part, bad = report.guilty, report.argument
    where = ""
    if part.position is not None and not report.ok:
        where = f", argument {part.position}"
        if bad is not None and bad.worst and bad.worst[0].index is not None:
            where += f", index {bad.worst[0].index}"
    lines = [f"{part.name}{where}: {part.verdict}: {part.diagnosis}"]
    if not report.ok:
        lines += [f"  {part.line}"] if part.line else []
        lines += [f"  to blame: {part.culprit}"] if part.culprit else []
        lines += [f"  law broken: {law}" for law in part.broken if law not in part.diagnosis]
        lines += _table(bad) if bad is not None and bad.worst else []
    one = part.arguments[0] if len(part.arguments) == 1 else bad
    lines += [_summary(a, one) for a in part.arguments[:_MOST]]
    if len(part.arguments) > _MOST:
        lines.append(f"  … and {len(part.arguments) - _MOST} more arguments")
    if report.second and report.ok:
        moved = [a.position for a in part.arguments if a.elements]
        pairs = zip(moved, report.second, strict=True)
        verdicts = ", ".join(f"argument {i} {r.verdict}" for i, r in pairs)
        lines.append(f"  the gradient of the gradient: {verdicts}")
    forward = sum(r.forward for r in (report, *report.second))
    backward = sum(r.backward for r in (report, *report.second))
    passes = f"{forward:,} forward and {backward:,} backward passes"
    lines.append(f"  {part.cotangents} cotangents, {passes}, seed {report.seed}")
    lines += [f"  {report.note}"] if report.note else []
    again = report.reproduce and not report.ok
    return [*lines, f"  reproduce: {report.reproduce}"] if again else lines


def _table(a: ArgumentReport) -> list[str]:
    rows = [("", "value", "gradient", "finite difference", "±", "ratio", "step")]
    for e in a.worst:
        at = f"[{', '.join(map(str, e.index))}]" if e.index else ""
        where, value = ("a direction", "") if e.index is None else (a.name + at, f"{e.value:.6g}")
        ratio = "" if math.isnan(e.ratio) else f"{e.ratio:.7g}"
        numbers = f"{e.analytic:.9g}", f"{e.numeric:.9g}", f"{e.error:.1g}"
        rows.append((where, value, *numbers, ratio, f"{e.step:.2g}"))
    widths = [max(len(r[c]) for r in rows) for c in range(len(rows[0]))]
    return ["  " + "  ".join(t.rjust(w) for t, w in zip(r, widths, strict=True)) for r in rows]


def _summary(a: ArgumentReport, decided: ArgumentReport | None) -> str:
    looked = f"{a.resolved:,} of {a.checked:,} resolved"
    if a.checked != a.elements:
        looked += f" (a sample of {a.elements:,} elements, and random directions)"
    shape = "×".join(map(str, a.shape)) or "a number"
    words = a.cause or a.diagnosis
    said = decided is not None and words in (decided.diagnosis, decided.cause)
    more = f": {words}" if words and not said else ""
    return f"  argument {a.position} ({a.name}, {shape}): {a.verdict}, {looked}{more}"


def _plain(x: object) -> Any:
    if isinstance(x, dict):
        return {k: _plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [_plain(v) for v in x]
    as_text = isinstance(x, (Verdict, Cause)) or (isinstance(x, float) and not math.isfinite(x))
    return str(x) if as_text else x


@dataclass(frozen=True)
class BrokenLaw:
    """A law that does not hold, for which argument, and the cause that this points to."""

    argument: int | None  # None: for none in particular
    cause: Cause
    text: str
    unfit: bool = False  # what was found is of no use to anything that computes with it
    verdict: Verdict = Verdict.FAIL  # INCONCLUSIVE where something else might look the same


class GradientMismatchError(AutogradError, AssertionError):
    """A gradient that a check does not accept; ``report`` says why.

    ``argument`` and ``index`` are the worst element's (``index`` is None for a random direction),
    ``analytic`` and ``numeric`` what the gradient and the finite difference say there, ``step`` how
    far it was moved; all None where no element is to blame.
    """

    __module__ = "autograd_nn"  # tracebacks say where a user finds it

    def __init__(self, report: Report, asked_by: str = "check_gradients") -> None:
        super().__init__(report, asked_by)
        self.report, self.asked_by = report, asked_by
        bad = report.argument
        self.argument = None if bad is None else bad.position
        element = bad.worst[0] if bad is not None and bad.worst else None
        self.index = None if element is None else element.index
        self.analytic = None if element is None else element.analytic
        self.numeric = None if element is None else element.numeric
        self.step = None if element is None else element.step

    def __str__(self) -> str:
        """The report."""
        return f"{self.asked_by}: {self.report}"


def demand(report: Report, asked_by: str = "check_gradients") -> Report:
    """The report if it is accepted; :class:`GradientMismatchError` if not."""
    if not report.ok:
        raise GradientMismatchError(report, asked_by)
    return report
