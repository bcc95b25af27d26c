"""The book's perceptrons and networks, their costs, their training, and BP1 to BP4."""

from .backprop import Backpropagation, backprop, bp1, bp1_softmax, bp2, bp3, bp4
from .comparison import Report, bp_report
from .dropout import Dropout
from .network import Network
from .perceptrons.bit_layer import bit_layer, worst_bit
from .perceptrons.circuits import Circuit
from .perceptrons.nand import half_adder, nand_circuit
from .perceptrons.perceptron import AND, NAND, NOT, OR, Gate, Perceptron, add_bits, cheese_festival
from .recording import Recording
from .training.history import Epoch, History, Moment
from .training.loop import TrainingDivergedError
from .training.monitor import gradient_norms, saturation, total_cost
from .training.stopping import NoImprovement, Schedule

TrainingDiverged = TrainingDivergedError  # its first name

__all__ = [
    "AND", "NAND", "NOT", "OR", "Backpropagation", "Circuit", "Dropout", "Epoch", "Gate", "History",
    "Moment", "Network", "NoImprovement", "Perceptron", "Recording", "Report", "Schedule",
    "TrainingDiverged", "TrainingDivergedError", "add_bits", "backprop", "bit_layer", "bp1",
    "bp1_softmax", "bp2", "bp3", "bp4", "bp_report", "cheese_festival", "gradient_norms",
    "half_adder", "nand_circuit", "saturation", "total_cost", "worst_bit",
]  # fmt: skip
