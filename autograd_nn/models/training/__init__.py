"""Training: one step, the epochs, when to stop, the history, a run that goes on later."""
