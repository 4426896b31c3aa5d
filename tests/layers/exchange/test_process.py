"""The child process: its limits, its end, and that nothing is left behind."""

from __future__ import annotations

import tempfile
import threading
import time
import zipfile
from pathlib import Path

import psutil
import pytest

from layers.errors import InputError
from layers.exchange import process
from layers.exchange.preview import read_source
from layers.exchange.process import run_child


@pytest.fixture(autouse=True)
def own_temp(tmp_path, monkeypatch) -> Path:
    """A temp folder of the test's own: what is left in it is left behind."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def run(request, **options):
    with run_child(request, **options) as (_, answer):
        return answer


def test_a_crash_is_a_sentence(own_temp, monkeypatch):
    monkeypatch.setitem(process.SURROUNDINGS, "PYTHONHOME", str(own_temp / "nowhere"))
    with pytest.raises(InputError) as refused:
        run({"do": "read", "path": "x", "options": {}})
    assert refused.value.code == "reader_died"
    assert list(own_temp.iterdir()) == []


def test_too_much_memory_is_a_sentence(own_temp, tmp_path):
    big = tmp_path / "big.geojson"
    feature = '{"type":"Feature","properties":{"a":"' + "x" * 500 + '"},"geometry":null}'
    big.write_text('{"type":"FeatureCollection","features":[' + ",".join([feature] * 200_000) + "]}")
    with pytest.raises(InputError) as refused:
        run({"do": "read", "path": str(big), "options": {}}, memory=330_000_000)
    assert refused.value.code == "reader_too_large"
    assert list(own_temp.iterdir()) == []


def test_time_limit_and_cancel_leave_nothing(own_temp, tmp_path):
    big = tmp_path / "big.csv"
    big.write_text("a,b\n" + "1,2\n" * 3_000_000)
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with pytest.raises(InputError) as refused:
        run({"do": "read", "path": str(big), "options": {}}, seconds=0.3)
    assert refused.value.code == "reader_too_slow"
    pressed = threading.Event()
    threading.Timer(0.3, pressed.set).start()
    begun = time.monotonic()
    with pytest.raises(process.Stopped):
        read_source(big, cancelled=pressed.is_set)
    assert time.monotonic() - begun < 30
    assert list(own_temp.iterdir()) == []
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


def test_progress_is_told(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    heard: list[float] = []
    read_source(tmp_path / "a.csv", progress=heard.append)
    assert heard == sorted(heard) and heard[-1] > 0.9


def test_archives_stay_inside(own_temp, tmp_path):
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        for name in ("../../out.csv", "/abs.csv", "C:\\win.csv", "a/./b/../c.csv", "con\x01.csv"):
            archive.writestr(name, "经度,纬度\n119.7,48.6\n")
    source = read_source(tmp_path / "bad.zip")
    assert len(source.layers) == 5 and source.layer is None
    assert {path.name for path in tmp_path.iterdir()} == {"bad.zip", "temp"} and list(
        own_temp.iterdir()
    ) == []


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path):
    path = tmp_path / "lie.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "a,b\n" + "1,2\n" * 5_000_000)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")  # the directory says a thousand bytes
    path.write_bytes(bytes(data))
    with pytest.raises(InputError) as refused:
        read_source(path)
    assert refused.value.code in ("zip_too_large", "zip_member_damaged")


def test_the_child_reaches_no_network(tmp_path):
    code = (
        "import layers.exchange.worker as w, socket; w.shut_off_network();"
        "import sys\ntry:\n socket.create_connection(('127.0.0.1', 9))\nexcept OSError as e: print(e)"
    )
    import subprocess
    import sys

    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(process.__file__).parents[2],
    )
    assert "no network" in said.stdout


def test_gdal_reads_no_virtual_source():
    assert {"OGR_VRT", "HTTP", "WFS", "LIBKML"} <= set(process.SKIPPED_DRIVERS.split(","))
