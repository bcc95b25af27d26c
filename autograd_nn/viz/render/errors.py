"""What goes wrong with renderers."""


class RenderError(RuntimeError):
    """A renderer was there and could not draw this graph."""


class NotUsable(Exception):
    """A renderer is not installed, is broken, or does not know the format; the text says which."""


FOLD = (
    "draw a part of it (draw_paths, draw_flow: the cone of one weight) or fold its layers, or save"
    " it as .dot for another program"
)


def too_slow(name: str, timeout: float) -> str:
    """The message when the time is over."""
    return f"{name}: no picture after {timeout:g} s; the graph is too large to lay out; {FOLD}"
