"""Settings from an environment, from files of secrets, and from a file of lines."""

import pytest

from lokaalmeten.cli.config_check import find_faults, find_strangers
from lokaalmeten.errors import SettingsError
from lokaalmeten.settings import FILED, build_settings, read_dsn_of, read_file, read_given

DSN = "postgresql://me:topsecret@db/lokaalmeten"


def test_a_secret_may_lie_in_a_file(tmp_path):
    (tmp_path / "dsn").write_text(f"{DSN}\n")
    given = read_given({"LOKAALMETEN_DSN_FILE": str(tmp_path / "dsn"), "LOKAALMETEN_PORT": "8080"})
    assert given == {"dsn": DSN, "port": "8080"}
    assert build_settings(given).need_dsn() == DSN
    assert find_faults(given) == []
    assert find_strangers(["LOKAALMETEN_DSN_FILE"]) == []
    secrets = ("dsn", "read_dsn", "broker", "smtp", "webhook_secret")
    assert {f"{name}_file" for name in secrets} == FILED


def test_a_secret_that_is_not_there_or_twice_is_told_without_its_text(tmp_path):
    file = tmp_path / "broker"
    with pytest.raises(SettingsError, match=r"LOKAALMETEN_BROKER_FILE: .*/broker cannot be read"):
        read_given({"LOKAALMETEN_BROKER_FILE": str(file)})
    file.write_text("mqtt://me:topsecret@here")
    both = {"LOKAALMETEN_BROKER_FILE": str(file), "LOKAALMETEN_BROKER": "mqtt://me:topsecret@x"}
    with pytest.raises(SettingsError, match="both set: keep one") as told:
        read_given(both)
    assert "topsecret" not in str(told.value)


def test_what_is_no_secret_has_no_file():
    assert find_strangers(["LOKAALMETEN_PORT_FILE"])[0].must.startswith("there is no such setting")


def test_a_file_of_settings_is_read_as_systemd_and_shells_read_it(tmp_path):
    file = tmp_path / "env"
    file.write_text(
        f"# of all\n\nLOKAALMETEN_DSN='{DSN}#1'\nexport LOKAALMETEN_SITE = https://a.nl/?b=c\n"
    )
    assert read_file(file) == {
        "LOKAALMETEN_DSN": f"{DSN}#1",
        "LOKAALMETEN_SITE": "https://a.nl/?b=c",
    }
    file.write_text(f"A=1\n{DSN}\n")
    with pytest.raises(SettingsError, match="line 2 is not NAME=value") as told:
        read_file(file)
    assert "topsecret" not in str(told.value)
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        read_file(tmp_path / "none")


def test_a_dsn_is_all_of_a_file_or_a_line_of_an_environment(tmp_path):
    alone, among = tmp_path / "ingest_dsn", tmp_path / "ingest.env"
    alone.write_text(f"{DSN}\n")
    among.write_text(f"# of the ingest\nLOKAALMETEN_INGEST_PORT=8051\nLOKAALMETEN_DSN={DSN}\n")
    assert read_dsn_of(alone) == read_dsn_of(among) == DSN
    among.write_text("LOKAALMETEN_INGEST_PORT=8051\n")
    with pytest.raises(SettingsError, match=r"ingest\.env has no LOKAALMETEN_DSN"):
        read_dsn_of(among)
