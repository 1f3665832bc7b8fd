"""The simulated network's time server, asked by the node's own client."""

from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
SCRIPT = Path(__file__).parent / "ask_time.py"


def test_time_server_answers_once_the_board_is_on_the_network(micropython):
    path = [REPOSITORY / "firmware/simulated", REPOSITORY]
    before, joined, away = micropython.run(SCRIPT, path=path, heap="1M").splitlines()
    assert before == "OSError: the time server does not answer"
    assert joined == "1788220805 5000"  # five seconds after the beginning
    assert away == "OSError: the time server does not answer"
