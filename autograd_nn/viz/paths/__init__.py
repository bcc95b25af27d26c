"""Pictures of the sum over paths, its flow, and what a small change does on its way."""
