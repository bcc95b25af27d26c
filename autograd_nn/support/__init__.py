"""What every room uses: checks of arguments, files written whole or not at all, style."""

__version__ = "0.1.0"
