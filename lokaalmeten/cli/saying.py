"""What every command says something with."""

from rich.console import Console

out = Console()


def example(*lines: str) -> str:
    """Epilog of a help page; a blank line keeps each example on a line of its own."""
    return "Example:\n\n" + "\n\n".join(lines)
