"""A whole node, from its sensors' registers to the database, and what its owner tells it."""

from itertools import pairwise

import pytest

from storage.node_status import read_known
from storage.pool import connect
from storage.registry import add_node
from tests.services.meten import ingesting, meten, running, wait_until

NODE = "box-7"


@pytest.fixture
def place(postgres_database, mosquitto):
    with connect(postgres_database) as connection:
        add_node(connection, NODE, "box")
    return {
        "dsn": postgres_database,
        "broker": f"mqtt://{mosquitto.host}:{mosquitto.port}",
    }


@pytest.fixture
def said(place):
    """What the node said last, once it is so."""

    def wait(holds):
        def look():
            with connect(place["dsn"]) as connection:
                found = read_known(connection, NODE)[0].said or {}
            try:
                return found if holds(found) else None
            except (KeyError, IndexError):
                return None

        return wait_until(look, seconds=150, step=0.3)

    return wait


def outcome(found, do):
    """How the last command of that kind stands."""
    return [one["outcome"] for one in found["commands"] if one["do"] == do][-1]


def read_rows(place):
    """Samples that are stored, the oldest first."""
    with connect(place["dsn"]) as connection:
        return connection.execute(
            "SELECT extract(epoch FROM time)::bigint, temperature, humidity, pm25, pressure"
            " FROM private.value ORDER BY time"
        ).fetchall()


def test_node_comes_up_from_its_configuration_and_does_what_it_is_told_once(
    place, said, mosquitto, micropython, tmp_path
):
    node = running(
        "node", "sim", NODE, "--interval", 1, "--without", "BME280", "--micropython", micropython,
        log=tmp_path / "node.log", broker=place["broker"], data=tmp_path / "data",
    )  # fmt: skip
    with ingesting(place["dsn"], mosquitto, tmp_path / "ingest.log"), node as process:
        # a dead sensor shows, the other one measures
        found = said(lambda found: found["sensors"]["SEN5x"] == "well")
        assert found["sensors"]["BME280"].startswith("failed: ")
        assert found["time_source"] == "ntp"
        boot = found["boot"]
        shown = meten("node", "show", NODE, **place).stdout
        for text in ("online, now", found["version"], "BME280: failed", "dropped: 0"):
            assert text in shown
        # values are those of the simulated day, see Air in firmware/simulated/devices
        rows = wait_until(lambda: [row for row in read_rows(place) if row[3] is not None])
        assert rows[-1][1:] == pytest.approx((21.37, 48.2, 8.2, None), abs=0.06, nan_ok=True)
        times = [row[0] for row in read_rows(place)]
        steps = sorted(late - early for early, late in pairwise(times))
        assert set(steps[:-1]) == {1}
        assert steps[-1] <= 2  # a second may fall out when it learns the time

        assert meten("node", "tell", NODE, "locate", "seconds=5", **place).returncode == 0
        said(lambda found: outcome(found, "locate") == "done")
        assert meten("node", "tell", NODE, "selftest", **place).returncode == 0
        found = said(lambda found: outcome(found, "selftest") == "done")
        verdicts = {part: result.split()[0] for part, result in found["selftest"].items()}
        assert verdicts == {
            "SEN5x": "PASS", "BME280": "FAIL", "flash": "PASS", "clock": "PASS", "broker": "PASS",
        }  # fmt: skip

        assert meten("node", "tell", NODE, "configure", "interval_s=2", **place).returncode == 0
        second = said(lambda found: found["boot"] != boot)
        assert outcome(second, "configure") == "done"
        assert second["reset"] == "restart"
        last = times[-1]
        assert wait_until(
            lambda: (
                (rows := read_rows(place)[-4:])
                and rows[0][0] > last
                and {late[0] - early[0] for early, late in pairwise(rows)} == {2}
            ),
            seconds=90,
            step=1,
        )

        assert meten("node", "tell", NODE, "restart", **place).returncode == 0
        third = said(lambda found: found["boot"] not in (boot, second["boot"]))
        assert outcome(third, "restart") == "done"
        assert process.poll() is None
    log = (tmp_path / "node.log").read_text()
    assert "Traceback" not in log
    assert len([one for one in third["commands"] if one["do"] == "restart"]) == 1
