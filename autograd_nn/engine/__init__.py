"""The engine: what an op and a node are, the backward pass, modes.  It knows no particular op.

Read `core` first, then `backward`.
"""
