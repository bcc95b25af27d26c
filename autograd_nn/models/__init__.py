"""The book's perceptrons and networks, their costs, their training, and BP1 to BP4."""

from .backprop import Backpropagation, Report, backprop, bp1, bp2, bp3, bp4, bp_report
from .bits import bit_layer, worst_bit
from .circuits import Circuit, Gate
from .nand import half_adder, nand_circuit
from .network import Network, Recording
from .perceptron import AND, NAND, NOT, OR, Perceptron, add_bits, cheese_festival
from .training import Epoch, History, TrainingDiverged

__all__ = [
    "AND",
    "NAND",
    "NOT",
    "OR",
    "Backpropagation",
    "Circuit",
    "Epoch",
    "Gate",
    "History",
    "Network",
    "Perceptron",
    "Recording",
    "Report",
    "TrainingDiverged",
    "add_bits",
    "backprop",
    "bit_layer",
    "bp1",
    "bp2",
    "bp3",
    "bp4",
    "bp_report",
    "cheese_festival",
    "half_adder",
    "nand_circuit",
    "worst_bit",
]
