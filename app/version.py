"""Which version of the program this is."""

from __future__ import annotations

from pathlib import Path


def version() -> str:
    """Return this program's version, as it was installed, or of the checkout that it runs from."""
    from configparser import ConfigParser
    from importlib import metadata

    checkout = ConfigParser()
    if checkout.read(Path(__file__).parents[1] / "setup.cfg", "utf-8"):
        return checkout["metadata"]["version"]
    return metadata.version("qitu")
