"""Perceptrons, their circuits, and the bit layer of chapter 1."""
