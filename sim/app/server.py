"""Serves the page on this computer alone, from what is installed: nothing is fetched, nothing is reported."""

import os
import signal
import socket
from importlib.util import find_spec

from sim.model.errors import BadInput

HOST = "localhost"

NEEDED = ("altair", "ipyvuetify", "solara", "solara_assets", "starlette")
"""Modules of the extra `viz`."""

SETTINGS = {
    # Scripts and fonts come from the package solara-assets. Whatever it lacked, Solara would fetch from a public
    # server; port 9 of this computer answers nothing.
    "SOLARA_ASSETS_CDN": "http://localhost:9/",
    "SOLARA_ASSETS_PROXY": "true",
    "SOLARA_CHECK_HOOKS": "off",  # complains about Mesa's own components
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_TITLE": "Cloud adoption by firms",
}
"""What Solara reads from the environment when it is imported."""


def serve(port: int, browser: bool) -> None:
    """Serve the page until the process is interrupted.

    Parameters
    ----------
    port
        0 for any free one.
    browser
        Whether to open a window.

    Raises
    ------
    BadInput
        If the extra `viz` is not installed, or the port is taken.
    """
    _check_installed()
    _check_free(port)
    os.environ.update(SETTINGS)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs start with it ignored
    from solara.__main__ import cli

    window = "--open" if browser else "--no-open"
    options = ["--host", HOST, "--port", str(port), "--production", "--no-check-version", window]
    cli.main(["run", "sim.app.page", *options], standalone_mode=False)


def _check_installed() -> None:
    missing = [name.replace("_", "-") for name in NEEDED if find_spec(name) is None]
    if missing:
        raise BadInput(
            f"the page needs packages that are not installed ({', '.join(missing)}): "
            'pip install "sme-cloud-adoption[viz]"'
        )


def _check_free(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError as error:
            raise BadInput(
                f"port {port} of this computer cannot be used ({error.strerror}): "
                "name another with --port, or 0 for any free one"
            ) from None
