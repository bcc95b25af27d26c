"""Pictures of recorded graphs: the forward pass, the backward pass, a plan."""
