"""Whether the command line understands what a document or a unit says."""

import re

from typer.testing import CliRunner

from lokaalmeten.cli.commands import app


def understands(words):
    """Whether there is such a command with such options."""
    command = []
    for word in words:
        if not re.fullmatch(r"[a-z-]+", word) or word.startswith("-"):
            break
        command.append(word)
    said = CliRunner().invoke(app, [*command, "--help"], terminal_width=200)
    options = [word for word in words if word.startswith("--")]
    return said.exit_code == 0 and all(option in said.output for option in options)
