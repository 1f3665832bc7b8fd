"""What the code has stands in the reference: nothing is left out, nothing is made up."""

import re

import pytest

from dashboard.app import create_app
from docs.site.reference.api import NOWHERE
from docs.site.reference.commands import list_commands
from ingest.metrics import Metrics
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import QUANTITIES
from lokaalmeten.settings import Settings
from lokaalmeten.wire import MISSING, REASONS, SCHEMAS, record_fields
from storage.access import ROLES as OF_KEYS
from storage.roles import ROLES


@pytest.fixture
def page(pages):
    """Gives a page of the reference by its name."""
    return lambda name: pages[f"reference/{name}.html"]


def words(text):
    """Words of a text, a dot at the end of a sentence left out."""
    return set(re.findall(r"[\w-]+", text))


def test_every_setting_has_its_section(page):
    names = {name.lower() for name in page("settings").anchors if name.startswith("lokaalmeten_")}
    assert names == {f"lokaalmeten_{name}" for name in Settings.model_fields}


def test_a_setting_tells_its_meaning_and_default_and_no_secret_one(page):
    text = page("settings").text
    assert "Requests a minute of one address to the APIs; 0 is no limit." in text
    assert "default: 600" in text
    assert "example: LOKAALMETEN_LOG=json" in text


@pytest.mark.parametrize(("path", "command"), list_commands(), ids=lambda value: str(value)[:30])
def test_a_command_stands_with_its_help_options_and_example(page, path, command):
    text = page("commands").text
    assert f"meten {path}" in text
    first = command.help.split("\n\n")[0]
    assert " ".join(first.replace("`", "").split()) in text
    for option in command.params:
        if option.name != "help" and not getattr(option, "hidden", False):
            assert all(name in text for name in option.opts if name.startswith("-"))
    for line in (command.epilog or "").split("\n\n")[1:]:
        assert " ".join(line.split()) in text


def test_every_quantity_and_flag_stands_there(page):
    assert {quantity.key for quantity in QUANTITIES} <= words(page("quantities").text)
    assert page("quantities").tags["tr"] == len(QUANTITIES) + 1
    assert {str(int(flag)) for flag in Flag} <= words(page("flags").text)
    assert page("flags").tags["tr"] == len(Flag) + 1


def test_every_path_parameter_and_form_of_the_api_stands_there(page):
    api = create_app(NOWHERE).openapi()
    text = page("api").text
    for path, item in api["paths"].items():
        for method, operation in item.items():
            assert f"{method.upper()} /v1{path}".rstrip("/") in text
            assert operation["summary"] in text
            assert {each["name"] for each in operation.get("parameters", ())} <= words(text)
    assert {name.lower() for name in api["components"]["schemas"]} <= page("api").anchors


def test_the_page_shows_every_record_with_what_is_missing(page):
    text = page("page").text
    for schema, (name, _, _) in SCHEMAS.items():
        assert f"Schema {schema}: {name}" in text
        assert {field for field, _ in record_fields(schema)} <= words(text)
    assert all(str(missing) in text for missing in MISSING.values())
    assert {"BIT_WARM_UP", "BIT_CLOCK_UNSURE", "FLAG_TICKS", *REASONS} <= words(text)


def test_every_metric_stands_there_as_prometheus_reads_it(page):
    metrics = Metrics()
    metrics.rejected.labels("crc").inc()
    told = words(page("metrics").text)
    for family in metrics.registry.collect():
        name = family.name + ("_total" if family.type == "counter" else "")
        assert name in told
    assert {"reason", "lokaalmeten_broker_connected", "lokaalmeten_forecast_age_seconds"} <= told


def test_every_role_stands_there(page):
    assert set(ROLES) | set(OF_KEYS) <= words(page("rights").text)


def test_the_glossary_is_that_of_the_pages_in_both_languages(page):
    assert "Baseline. A simple forecast" in page("glossary").text
    assert "Basisverwachting (baseline)." in page("woordenboek").text
    for name in ("glossary", "woordenboek"):
        assert page(name).tags["tr"] == len(QUANTITIES) + 1
