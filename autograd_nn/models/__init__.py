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
from .bits import bit_layer, worst_bit
from .circuits import Circuit
from .dropout import Dropout
from .gates import Gate
from .history import Epoch, History, Moment
from .monitor import gradient_norms, saturation, total_cost
from .nand import half_adder, nand_circuit
from .network import Network
from .perceptron import AND, NAND, NOT, OR, Perceptron, add_bits, cheese_festival
from .recording import Recording
from .stopping import NoImprovement, Schedule
from .training import TrainingDiverged

__all__ = [
    "AND",
    "NAND",
    "NOT",
    "OR",
    "Backpropagation",
    "Circuit",
    "Dropout",
    "Epoch",
    "Gate",
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
    "bit_layer",
    "bp1",
    "bp1_softmax",
    "bp2",
    "bp3",
    "bp4",
    "bp_report",
    "cheese_festival",
    "gradient_norms",
    "half_adder",
    "nand_circuit",
    "saturation",
    "total_cost",
    "worst_bit",
]
