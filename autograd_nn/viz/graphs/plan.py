"""A plan as a picture: its steps in order, and the memory that each writes to."""

from collections.abc import Sequence
from dataclasses import replace

from ...plan.listing import Step
from ...plan.plan import Plan
from ...support.style import shape_text
from ..picture.picture import Arrow, Box, Picture, check_size
from ..picture.text_size import direction_that_fits
from ..render.drawing import Drawing
from .node_text import title

MAX_STEPS = 300


def draw_plan(plan: Plan | Sequence[Step]) -> Drawing:
    """Draw a plan, or a listing of one (``plan.listing``), left to right; a long one goes down.

    A box is a step: its name and op, its shape, and the buffer that it writes to, "in place" where
    it writes over an argument; views, which need no call, say so.  Steps that share a buffer number
    share memory.  Raises ``TypeError`` for anything but a plan or a listing, and ``ValueError`` for
    more than 300 steps.

    >>> import autograd_nn as ag
    >>> plan = ag.Plan(lambda x: ag.ops.tanh(x) * 2, 1.0)
    >>> "tanh" in draw_plan(plan).dot
    True
    """
    listing = plan.listing if isinstance(plan, Plan) else plan
    if not isinstance(listing, Sequence) or not all(isinstance(step, Step) for step in listing):
        raise TypeError(f"draw_plan: got {type(plan).__name__}; expected a Plan, or its listing")
    advice = "print the plan, or draw a part of its listing (plan.listing[:50])"
    check_size("draw_plan", len(listing), "steps", MAX_STEPS, advice)
    boxes, arrows = [], []
    latest: dict[str, str] = {}  # a name: the box that shows it
    for k, step in enumerate(listing):
        target = f"s{k}"
        for i, argument in enumerate(step.arguments):
            source = latest.get(argument, f"a{k}_{i}")
            if argument not in latest:
                is_number = argument[0] in "-0123456789" or argument.startswith("array")
                boxes.append(Box(source, "constant" if is_number else "input", (argument,)))
                if not is_number:
                    latest[argument] = source
            arrows.append(Arrow(source, target))
        shape = (f"shape {shape_text(step.shape)}",) if step.shape else ()
        boxes.append(Box(target, "result", (title(step.name, step.op), *shape, step.where)))
        latest[step.name] = target
    words = f"The {len(listing)} steps of a plan, in their order."
    picture = Picture(tuple(boxes), tuple(arrows), title=words)
    return Drawing(replace(picture, direction=direction_that_fits(picture)))
