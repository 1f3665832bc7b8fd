"""A real Dask cluster of two worker processes on this machine, one of which is killed."""

import itertools
import subprocess
import sys
from contextlib import contextmanager

from distributed import LocalCluster
from distributed.diagnostics.plugin import SchedulerPlugin

from tests.services.meten import to_environment, wait_until

# imported before the first block, so that a worker which comes later is as quick as the others
PARTS = ("lokaalmeten.cli.correcting", "lokaalmeten.cli.exports", "predict.graph")
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}


class Workers:
    """A scheduler of this process with worker processes that find settings around them."""

    def __init__(self, scheduler, folder, settings):
        self.scheduler = scheduler
        self.address = scheduler.address
        self.processes = {}
        self._folder, self._environment = folder, to_environment(settings) | ONE_THREAD
        self._numbers = itertools.count()

    def start(self):
        """One more worker, of one thread."""
        name = f"worker-{next(self._numbers)}"
        options = {"--nthreads": "1", "--name": name, "--local-directory": self._folder}
        words = ["--no-nanny", "--no-dashboard", *itertools.chain(*options.items())]
        words += [word for part in PARTS for word in ("--preload", part)]
        with (self._folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "distributed.cli.dask_worker", self.address, *words],
                stdout=log,
                stderr=log,
                env=self._environment,
            )

    def wait(self, count=2):
        """Return when so many are there."""
        wait_until(lambda: len(self.scheduler.workers) == count, 120)

    def stop(self):
        """End all of them."""
        for process in self.processes.values():
            process.kill()
            process.wait()


@contextmanager
def working(folder, **settings):
    """Two workers; ``folder`` is for what they write and say."""
    given = {"n_workers": 0, "dashboard_address": ":0", "host": "127.0.0.1", "silence_logs": 40}
    with LocalCluster(**given) as cluster:
        workers = Workers(cluster.scheduler, folder, settings)  # pyright: ignore[reportAttributeAccessIssue]
        try:
            workers.start()
            workers.start()
            workers.wait()
            yield workers
        finally:
            workers.stop()


class Kill(SchedulerPlugin):
    """Kills (SIGKILL) a worker that is at work, as soon as so many steps are done."""

    name = "kill"

    def __init__(self, workers, after):
        self.workers, self.left, self.killed = workers, after, None

    def transition(self, key, start, finish, *args, **more):
        """Count steps that are done."""
        if (start, finish) == ("processing", "memory"):
            self.left -= 1
        busy = [one.name for one in self.workers.scheduler.workers.values() if one.processing]
        if self.left <= 0 and busy and not self.killed:
            self.killed = busy[0]
            self.workers.processes[self.killed].kill()


@contextmanager
def killing(workers, after):
    """A worker is killed in this block when so many steps are done; then another is started."""
    workers.wait()
    plugin = Kill(workers, after)
    workers.scheduler.add_plugin(plugin)
    try:
        yield plugin
    finally:
        workers.scheduler.remove_plugin(plugin.name)
    assert plugin.killed, f"the work was over before {after} steps were done"
    workers.start()
