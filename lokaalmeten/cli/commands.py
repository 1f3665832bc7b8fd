"""The commands of `meten`: what each is called, and the file that has it.

A command imports its part only after the settings were found in order: a missing one is told
at once, and `meten --help` does not wait for numpy.
"""

import typer

from .audit import AUDIT_EXAMPLE, audit
from .broker import broker
from .ca import ca
from .calibrate import calibrate
from .check import check
from .config import config
from .crowd import crowd
from .db import db
from .doctor import DOCTOR_EXAMPLE, doctor
from .flash import FLASH_EXAMPLE, flash
from .forecast import forecast
from .importing import importing
from .key import key
from .licence import licence
from .node import node
from .notify import notify
from .people import owner, project
from .privacy import privacy
from .rejected import rejected
from .release import release
from .report import report
from .ridden import ridden
from .running import running
from .up import UP_EXAMPLE, up
from .upgrade import UPGRADE_EXAMPLE, upgrade
from .zone import zone

app = typer.Typer(
    help="Measure locally: sensor boxes and bikes, from a page over MQTT to a map.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up", epilog=UP_EXAMPLE)(up)
app.command("upgrade", epilog=UPGRADE_EXAMPLE)(upgrade)
app.command("flash", epilog=FLASH_EXAMPLE)(flash)
app.command("doctor", epilog=DOCTOR_EXAMPLE)(doctor)
app.command("audit", epilog=AUDIT_EXAMPLE)(audit)
app.add_typer(running)
app.add_typer(importing)
app.add_typer(ridden)
app.add_typer(config, name="config")
app.add_typer(db, name="db")
app.add_typer(calibrate, name="calibrate")
app.add_typer(rejected, name="rejected")
app.add_typer(node, name="node")
app.add_typer(broker, name="broker")
app.add_typer(owner, name="owner")
app.add_typer(project, name="project")
app.add_typer(zone, name="zone")
app.add_typer(key, name="key")
app.add_typer(ca, name="ca")
app.add_typer(licence, name="licence")
app.add_typer(release, name="release")
app.add_typer(privacy, name="privacy")
app.add_typer(forecast, name="forecast")
app.add_typer(crowd, name="crowd")
app.add_typer(notify, name="notify")
app.add_typer(report, name="report")
app.add_typer(check, name="check")
