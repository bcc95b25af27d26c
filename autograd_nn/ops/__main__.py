"""``python -m autograd_nn.ops``: the table of operations as a page."""

import io
import sys

from .page import page

if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # the page has σ and ∑ in it
    sys.stdout.write(page())
