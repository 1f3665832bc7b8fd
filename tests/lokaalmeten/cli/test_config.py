"""`meten config check`: every wrong setting at once, what it must be, and no secret."""

import pytest

from lokaalmeten.cli.config_check import MUST, find_faults, find_strangers
from lokaalmeten.cli.config_table import to_fault_lines
from lokaalmeten.errors import SettingsError
from lokaalmeten.settings import Settings, build_settings
from tests.services.meten import meten

SECRET = "topsecret"
WRONG = {
    "dsn": f"postgresql://me:{SECRET}@x@y:5432/z",
    "broker": f"http://me:{SECRET}@y",
    "smtp": f"me:{SECRET}@mail.example.org",
    "mail_from": "nobody",
    "port": "many",
    "ingest_port": "70000",
    "writers": "0",
    "log": "xml",
    "site": f"me:{SECRET}@meet.example.nl",
    "publisher_email": "a@b@c",
    "publisher_is_government": "perhaps",
    "theme": "/nowhere/theme.css",
    "oidc_secret_file": "/nowhere/secret",
}


def test_every_setting_says_what_it_must_be():
    assert MUST.keys() == Settings.model_fields.keys()


def test_every_example_can_be_used_and_what_is_not_there_is_well():
    folders = {
        "showcase",
        "firmware",
        "theme",
        "oidc_secret_file",
    }  # those of the examples are not here
    examples = {name: one for name, (_, one) in MUST.items() if one and name not in folders}
    assert find_faults(examples) == []
    assert find_faults({}) == []
    assert build_settings({}).port == 8050


def test_all_that_is_wrong_is_told_at_once_without_secrets():
    faults = find_faults(WRONG)
    assert {fault.name for fault in faults} == {f"LOKAALMETEN_{name.upper()}" for name in WRONG}
    told = "\n".join(to_fault_lines(faults))
    assert SECRET not in told
    line = "LOKAALMETEN_PORT holds 'many', and must be a whole number from 0 to 65535, for example"
    assert line in told
    assert "LOKAALMETEN_SITE holds '***@meet.example.nl'" in told


@pytest.mark.parametrize("port", [{}, {"port": "many"}])
def test_those_that_do_not_go_together_are_told_beside_others(port):
    (fault,) = [one for one in find_faults({"share": "all", **port}) if "CLIENT" in one.name]
    assert "needs a name of its own" in fault.must
    (fault,) = find_faults({"smtp": "smtp://mail.example.org"})
    assert (fault.name, fault.found) == ("LOKAALMETEN_MAIL_FROM", "nothing")


def test_accounts_elsewhere_need_a_safe_address_a_name_and_a_file_with_something(tmp_path):
    issuer, empty = "https://login.example.nl", tmp_path / "empty"
    empty.write_text("\n")
    for given in ({"oidc_issuer": issuer}, {"oidc_client": "lm"}):
        (fault,) = find_faults(given)
        assert "set both, or neither" in fault.must
    (fault,) = find_faults({"oidc_issuer": "http://login.example.nl", "oidc_client": "lm"})
    assert fault.name == "LOKAALMETEN_OIDC_ISSUER"
    (fault,) = find_faults({"oidc_secret_file": str(empty)})
    assert fault.name == "LOKAALMETEN_OIDC_SECRET_FILE"
    with pytest.raises(SettingsError, match="is empty"):
        build_settings({"oidc_secret_file": str(empty)}).read_oidc_secret()
    empty.write_text(f"{SECRET}\n")
    assert build_settings({"oidc_secret_file": str(empty)}).read_oidc_secret() == SECRET
    assert find_faults({"oidc_issuer": "http://127.0.0.1:9", "oidc_client": "lm"}) == []


def test_names_that_look_like_ours_are_told_with_the_right_one():
    names = ["LOKAALMETEN_DNS", "LOKAALMETN_BROKER", "LOKAALMETEN_QX", "lokaalmeten_port", "LOKAAL"]
    told = {one.name: one.must for one in find_strangers(names)}
    assert told == {
        "LOKAALMETEN_DNS": "there is no such setting; did you mean LOKAALMETEN_DSN?",
        "LOKAALMETN_BROKER": "there is no such setting; did you mean LOKAALMETEN_BROKER?",
        "LOKAALMETEN_QX": "there is no such setting",
    }


def test_the_command_shows_all_settings_and_whence_they_are():
    done = meten("config", "check", dsn=f"postgresql://me:{SECRET}@db/x", port="many", dns=SECRET)
    assert (done.returncode, done.stderr) == (2, "")
    assert SECRET not in done.stdout
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert rows["LOKAALMETEN_DSN"] == ["***", "environment"]
    assert rows["LOKAALMETEN_RATE"] == ["600", "default"]
    assert "did you mean LOKAALMETEN_DSN?" in done.stdout
    done = meten("config", "check", port="8080")
    assert done.returncode == 0
    assert "all settings can be used" in done.stdout
