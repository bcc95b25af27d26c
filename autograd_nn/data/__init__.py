"""Data: labelled examples, how to split them, the digits that come with the package, MNIST."""

from .dataset import Dataset
from .digits import load_digits
from .mnist import load_mnist, mnist_folder

__all__ = ["Dataset", "load_digits", "load_mnist", "mnist_folder"]
