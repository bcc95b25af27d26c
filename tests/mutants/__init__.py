"""Wrong derivative rules, made by program: the proof that the check finds what it is there to find.

``syntax`` changes a rule's text in one place, ``faults`` spoils what a right rule gives,
``classics`` are mistakes as people make them; ``sift`` removes those that are not wrong, and
``proof`` checks the rest::

    make prove
"""

from .classics import CLASSICS, EIGHT
from .mutant import Mutant
from .proof import Outcome, Proof, every_mutant, prove, put_to

__all__ = ["CLASSICS", "EIGHT", "Mutant", "Outcome", "Proof", "every_mutant", "prove", "put_to"]
