"""What every room uses: checks of arguments, files written whole or not at all, text, palette."""
