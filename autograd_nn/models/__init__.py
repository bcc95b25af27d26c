"""The book's perceptrons and networks, their costs, their training, and BP1 to BP4."""

from .backprop import (
    Backpropagation,
    Report,
    backprop,
    bp1,
    bp1_softmax,
    bp2,
    bp3,
    bp4,
    bp_report,
)
from .dropout import Dropout
from .history import Epoch, History, Moment
from .monitor import gradient_norms, saturation, total_cost
from .network import Network, Recording
from .perceptron import NAND, Perceptron, add_bits
from .stopping import NoImprovement, Schedule
from .training import TrainingDiverged

__all__ = [
    "NAND",
    "Backpropagation",
    "Dropout",
    "Epoch",
    "History",
    "Moment",
    "Network",
    "NoImprovement",
    "Perceptron",
    "Recording",
    "Report",
    "Schedule",
    "TrainingDiverged",
    "add_bits",
    "backprop",
    "bp1",
    "bp1_softmax",
    "bp2",
    "bp3",
    "bp4",
    "bp_report",
    "gradient_norms",
    "saturation",
    "total_cost",
]
