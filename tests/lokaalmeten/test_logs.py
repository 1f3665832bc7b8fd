import io
import json
import logging
import os
import pty
import re
import subprocess
import sys

import pytest

from lokaalmeten.logs import JournalFormatter, JsonFormatter, is_journal

SCRIPT = """
import logging
from lokaalmeten.logs import start_logging
start_logging({form!r}, {level!r})
logging.getLogger("lokaalmeten.ingest").debug("quite [small]", extra={{"node": "box-1"}})
logging.getLogger("lokaalmeten.ingest").info("hello [there]", extra={{"node": "box-1", "rows": 7}})
logging.getLogger("library").debug("chatter")
"""


def to_record(message="it happened", *values, level=logging.INFO, **fields):
    record = logging.LogRecord("lokaalmeten.ingest", level, "file.py", 7, message, values, None)
    record.created = 1_760_000_000.1239
    vars(record).update(fields)
    return record


def said(record):
    line = JsonFormatter().format(record)
    assert "\n" not in line
    return json.loads(line)


def test_a_line_has_time_level_event_and_node_and_nothing_of_the_program():
    assert said(to_record("kept %d rows", 7)) == {
        "time": "2025-10-09T08:53:20.123Z",
        "level": "info",
        "event": "kept 7 rows",
        "node": None,
    }


def test_numbers_are_fields():
    line = said(to_record(level=logging.WARNING, node="box-1", reason="crc", times=3, seconds=0.5))
    assert line["level"] == "warning"
    assert [line[name] for name in ("node", "reason", "times", "seconds")] == [
        "box-1",
        "crc",
        3,
        0.5,
    ]


def test_a_number_of_that_name_is_not_taken_for_the_level():
    line = said(
        logging.makeLogRecord({"msg": "busy", "levelname": "WARNING", "level": 3, "time": 7})
    )
    assert line["level"] == "warning"
    assert line["time"] != 7


def test_whatever_a_field_is_the_line_is_one_line_of_json():
    line = said(to_record("first\nsecond é", path=os, node="\u2028"))
    assert line["event"] == "first\nsecond é"
    assert "os" in line["path"]


def test_an_error_is_told_with_its_trace():
    try:
        raise ValueError("seven")
    except ValueError:
        record = to_record(exc_info=sys.exc_info())
    assert said(record)["error"].endswith("ValueError: seven")


def run(form="auto", level="info", **options):
    script = SCRIPT.format(form=form, level=level)
    return subprocess.run([sys.executable, "-c", script], check=True, timeout=60, **options)


def on_a_terminal(**how):
    """What a person reads on a terminal."""
    reader, terminal = pty.openpty()
    try:
        run(**how, stderr=terminal)
        return re.sub(r"\x1b\[[\d;]*m", "", os.read(reader, 65536).decode())
    finally:
        os.close(reader)
        os.close(terminal)


def test_a_person_at_a_terminal_reads_sentences():
    text = on_a_terminal()
    assert "hello [there]" in text
    assert "{" not in text
    assert "quite" not in text


def test_a_terminal_shows_json_when_asked():
    (line,) = on_a_terminal(form="json").split("\r\n")[:-1]
    assert json.loads(line)["rows"] == 7


@pytest.mark.parametrize(("level", "events"), [("info", 1), ("debug", 2), ("warning", 0)])
def test_elsewhere_each_line_is_json_and_the_level_is_ours_alone(level, events):
    lines = run(level=level, capture_output=True, text=True).stderr.splitlines()
    found = [json.loads(line) for line in lines]
    assert len(found) == events
    assert all(line["node"] == "box-1" for line in found)


@pytest.mark.parametrize(
    ("level", "number"),
    [("DEBUG", 7), ("INFO", 6), ("WARNING", 4), ("ERROR", 3), ("CRITICAL", 2)],
)  # sd-daemon(3)
def test_the_journal_reads_a_level_before_each_line(level, number):
    line = JournalFormatter().format(to_record(level=getattr(logging, level)))
    assert line.startswith(f'<{number}>{{"time": ')


def test_a_stream_is_the_journal_only_where_systemd_says_so_of_it(tmp_path):
    with (tmp_path / "journal").open("w") as journal, (tmp_path / "other").open("w") as other:
        about = os.fstat(journal.fileno())
        told = {"JOURNAL_STREAM": f"{about.st_dev}:{about.st_ino}"}
        assert is_journal(journal, told)
        assert not is_journal(other, told)
        assert not is_journal(journal, {})
        assert not is_journal(io.StringIO(), told)


def test_a_part_that_systemd_runs_logs_with_levels(tmp_path):
    with (tmp_path / "journal").open("w+") as journal:
        about = os.fstat(journal.fileno())
        told = {"JOURNAL_STREAM": f"{about.st_dev}:{about.st_ino}"}
        run(stderr=journal, env=os.environ | told)
        journal.seek(0)
        (line,) = journal
    assert line.startswith("<6>")
    assert json.loads(line[3:])["rows"] == 7
