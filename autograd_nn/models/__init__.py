"""The book's perceptrons and networks, their costs, their training, and BP1 to BP4."""

from .backprop import Backpropagation, Report, backprop, bp1, bp2, bp3, bp4, bp_report
from .network import Network, Recording
from .perceptron import NAND, Perceptron, add_bits
from .training import Epoch, History, TrainingDiverged

__all__ = [
    "NAND",
    "Backpropagation",
    "Epoch",
    "History",
    "Network",
    "Perceptron",
    "Recording",
    "Report",
    "TrainingDiverged",
    "add_bits",
    "backprop",
    "bp1",
    "bp2",
    "bp3",
    "bp4",
    "bp_report",
]
