"""Programs that we start ourselves: each has a log, a death signal and an end."""

import functools
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .errors import ServiceError

LOOPBACK = "127.0.0.1"
STEP = 0.01  # seconds between two looks at a program that starts or ends
PORTS = range(20_000, 32_768)  # below those that Linux lends to outgoing connections: ip(7)
TELLING = ("FATAL:", "PANIC:", "Error:", "error:")  # mark the line of a log that is worth showing


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    user: int | None = None,
    env: Mapping[str, str] | None = None,
    ends_with: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, its output in ``log``, its folder ``/``.

    ``user`` is the uid and gid to run as (root only). The terminal's Ctrl-C does not reach the
    program, so that whoever started it decides the order in which things stop. When the thread
    that started it ends, even by SIGKILL, Linux sends it ``ends_with``.

    Raises ServiceError when the log cannot be written or the program cannot be run.
    """
    words = [*_with_death_signal(user, ends_with), *map(str, command)]
    try:
        log.unlink(missing_ok=True)
        with log.open("ab") as output:  # to its end, so that a log can be cut while it is written
            return subprocess.Popen(  # noqa: S603
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",  # the caller's folder may be closed to `user`
                env=None if env is None else dict(env),
                start_new_session=True,
            )
    except OSError as error:
        raise ServiceError(f"{command[0]} cannot be started: {error}") from error


def stop(
    process: subprocess.Popen[bytes], by: signal.Signals = signal.SIGTERM, seconds: float = 10
) -> None:
    """Ask a program to end with signal ``by``; after ``seconds`` it is killed."""
    if process.poll() is not None:
        return
    process.send_signal(by)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a program at once, as a power cut would."""
    process.kill()
    process.wait()


def free_port(wanted: int | None = None) -> int:
    """Return a TCP port of the loopback address that nobody listens on, ``wanted`` if given.

    It may be taken before it is used: who starts a program on it looks at ``lost_port``.
    Raises ServiceError when ``wanted`` is in use or not allowed.
    """
    port, reason = wanted, "in use"
    for port in random.sample(PORTS, 100) if wanted is None else [wanted]:
        reason = _refuse_port(port)
        if reason is None:
            return port
    raise ServiceError(f"port {port} of {LOOPBACK} cannot be used ({reason}); choose another port")


def _refuse_port(port: int) -> str | None:
    """Why nobody can listen on a port of the loopback address; None when one can."""
    with socket.socket() as probe:
        # a server that stopped a moment ago leaves its port in TIME_WAIT, which is no obstacle
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError) as error:
            return getattr(error, "strerror", None) or str(error)
    return None


def lost_port(log: Path) -> bool:
    """Tell whether a program that ended says in its log that somebody else has its port."""
    return "address already in use" in log.read_text(errors="replace").lower()


def wait_for_port(
    host: str, port: int, process: subprocess.Popen[bytes], log: Path, seconds: float = 20
) -> None:
    """Return as soon as ``process`` accepts connections on ``host``:``port``.

    Raises ServiceError with the telling line of ``log`` when the program ended or takes longer.
    """
    until = time.monotonic() + seconds
    while True:
        check_running(process, log, until)
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(STEP)
            continue
        if _listens(process.pid, port):
            return
        time.sleep(STEP)


def _listens(pid: int, port: int) -> bool:
    """Tell whether it is process ``pid`` that listens on an IPv4 port; known on Linux only."""
    try:
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    except OSError:
        return True
    # proc_net_tcp.txt of the kernel: local address, state (0A = listening), inode
    sockets = {f"socket:[{r[9]}]" for r in rows if r[3] == "0A" and r[1].endswith(f":{port:04X}")}
    try:
        return any(str(file.readlink()) in sockets for file in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:  # it ended meanwhile
        return False


def check_running(process: subprocess.Popen[bytes], log: Path, until: float) -> None:
    """Raise ServiceError when ``process`` ended, or when monotonic time ``until`` has passed."""
    name = Path(log).stem
    if process.poll() is not None:
        raise ServiceError(f"{name} ended at once: {last_line(log)} (log: {log})")
    if time.monotonic() > until:
        kill(process)
        raise ServiceError(f"{name} does not answer: {last_line(log)} (log: {log})")


def last_line(log: Path) -> str:
    """Return the last line of a log that tells of an error, else its last line."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in TELLING)]
    return (telling or lines or ["it said nothing"])[-1].strip()


def is_running(pid: int, word: str) -> bool:
    """Tell whether process ``pid`` lives and has ``word`` on its command line.

    The second half is known on Linux only; elsewhere a living pid counts.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it lives and belongs to somebody else
    try:
        return os.fsencode(word) in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


def _with_death_signal(user: int | None, ends_with: signal.Signals) -> list[str]:
    """Words before a command that set its user and the signal it gets when its parent dies.

    setpriv of util-linux replaces itself by the command, so the pid is the command's. It is
    used instead of a Python hook between fork and exec, which is unsafe beside threads.
    """
    words = [f"--pdeathsig={ends_with.name}"] if _knows_death_signal() else []
    if user is not None:
        words += [f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    return ["setpriv", *words, "--"] if words else []


@functools.cache
def _knows_death_signal() -> bool:
    """Linux with util-linux; other systems and busybox start programs without a death signal."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return False
    said = subprocess.run([setpriv, "--help"], capture_output=True, check=False)  # noqa: S603
    return b"pdeathsig" in said.stdout
