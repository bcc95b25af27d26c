"""Pictures of networks of neurons and circuits of perceptrons."""
