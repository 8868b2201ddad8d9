"""Printing for a reader at a terminal, and for a file or a pipe."""

from rich.console import Console

WIDTH = 118
"""Columns where the output is no terminal."""


def reader_console() -> Console:
    """Standard output, as wide as the terminal, or of a fixed width elsewhere."""
    console = Console()
    return console if console.is_terminal else Console(width=WIDTH)
