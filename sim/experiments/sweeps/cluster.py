"""Workers of a running Dask scheduler."""

import logging
import time
from concurrent.futures import CancelledError, Executor
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.model.errors import BadInput

LOG = logging.getLogger("sim")

ANSWERED_WITHIN = 10.0
"""Seconds in which a scheduler has to answer."""


class Cluster:
    """Workers of a running Dask scheduler.

    Parameters
    ----------
    address : str
        Of the scheduler, "tcp://host:port", or the path of its scheduler file.

    Raises
    ------
    BadInput
        If nothing answers there, or Dask is not installed.
    """

    share_disk = False

    def __init__(self, address: str) -> None:
        self._address, self._client = address, _client(address)

    @property
    def workers(self) -> int:
        """Those that have joined so far."""
        return max(1, sum(self._threads().values()))

    def _threads(self) -> dict[str, int]:
        """Threads of each worker.

        Raises
        ------
        BadInput
            If the scheduler is gone.
        """
        found = None
        with suppress(OSError, TimeoutError, CancelledError):
            found = self._client.nthreads() if self._client.status == "running" else None
        if found is None:
            raise BadInput(
                f"The Dask scheduler at {self._address} is gone. What is finished is kept; start a scheduler and "
                "workers, and give the same command with its address."
            )
        return dict(found)

    def current(self) -> Executor:
        """The cluster as an executor; Dask replaces lost workers' work itself."""
        return self._client.get_executor(pure=False, retries=0)

    def fresh(self) -> Executor:
        """The same, if the scheduler is still there."""
        self._threads()
        return self.current()

    def missing(self) -> str:
        """A sentence where no worker is left."""
        if self._threads():
            return ""
        return (
            f"No worker is left at {self._address}; waiting for one. A worker that ends at once says why in its own "
            "log: this package has to be installed there, in the same version."
        )

    def close(self) -> None:
        """Leave the cluster, which goes on for others; what was asked of it is withdrawn."""
        self._client.close()


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise BadInput(
            "Dask is not installed, so --dask cannot be used. Install it, here and on every worker: "
            "pip install 'sme-cloud-adoption[cluster]'."
        ) from error
    where = {"scheduler_file": address} if address.endswith(".json") else {"address": address}
    try:
        if "scheduler_file" in where:
            _wait_for(Path(address))
        client = Client(**where, timeout=f"{ANSWERED_WITHIN}s", set_as_default=False)
        try:
            if not client.nthreads():
                LOG.warning("No worker has joined %s yet; waiting for one.", address, extra={"event": "note"})
                client.wait_for_workers(1)
        except BaseException:  # who no longer waits leaves the cluster
            client.close()
            raise
    except (OSError, ValueError) as error:
        raise BadInput(
            f"--dask {address}: no Dask scheduler answers there ({error}). Allowed: tcp://HOST:PORT of a running "
            "`dask scheduler`, or its scheduler file. Start it and a `dask worker`; docs/cluster.md shows how."
        ) from error
    return client


def _wait_for(file: Path) -> None:
    """Wait a little for a scheduler's file; Dask itself would wait for ever."""
    last = time.monotonic() + ANSWERED_WITHIN
    while not file.exists():
        if time.monotonic() > last:
            raise FileNotFoundError("there is no such file")
        time.sleep(0.05)
