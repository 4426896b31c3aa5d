"""A real browser without a screen, driven over the DevTools protocol with the standard library alone.

It is cut off from every network, remembers each request, message and error of a page, and takes real input
events. Chromium, Chrome and Edge all do; `python3 run.py test` installs Chromium where it may.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from resources import RESOURCES

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
PLACES = (
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    "C:/Program Files/Microsoft/Edge/Application/msedge.exe",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ABSENT = (
    "No Chromium, Chrome or Edge was found: the web map cannot be proven without one. On Debian run\n"
    "  sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium"
)
PATIENCE = 60.0  # seconds for one answer, on a busy machine


def executable() -> str:
    """The browser's file; AssertionError with what to do where there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    found = found or next((place for place in PLACES if Path(place).is_file()), None)
    assert found, ABSENT
    return found


class Line:
    """A WebSocket to the browser: text frames, masked as a client must."""

    def __init__(self, address: str) -> None:
        host, path = address.removeprefix("ws://").split("/", 1)
        name, port = host.split(":")
        self._socket = socket.create_connection((name, int(port)), timeout=PATIENCE)
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self._file = self._socket.makefile("rb")
        answer = self._file.readline()
        assert b" 101 " in answer, answer
        while self._file.readline().strip():
            pass

    def send(self, text: str) -> None:
        """Send one text."""
        data, mask = text.encode(), os.urandom(4)
        size = len(data)
        head = bytes([0x81, 0x80 | (size if size < 126 else 126 if size < 65536 else 127)])
        head += b"" if size < 126 else struct.pack(">H" if size < 65536 else ">Q", size)
        key = (mask * (size // 4 + 1))[:size]
        masked = (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")
        self._socket.sendall(head + mask + masked)

    def receive(self) -> str:
        """Wait for one text."""
        parts = []
        while True:
            first, second = self._file.read(2)
            size = second & 0x7F
            if size > 125:
                size = struct.unpack(">H" if size == 126 else ">Q", self._file.read(2 if size == 126 else 8))[
                    0
                ]
            data = self._file.read(size)
            kind = first & 0x0F
            assert kind != 8, "the browser hung up"
            if kind in (0, 1):
                parts.append(data)
                if first & 0x80:
                    return b"".join(parts).decode()

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()


class Browser:
    """One browser process; `open` gives pages."""

    def __init__(self) -> None:
        self._profile = tempfile.mkdtemp(prefix="qitu-browser-")
        fonts = Path(self._profile, "share", "fonts")
        shutil.copytree(
            RESOURCES / "fonts", fonts
        )  # where the system has no Chinese face, names still have widths
        command = [
            executable(),
            "--headless=new",
            "--remote-debugging-port=0",
            f"--user-data-dir={self._profile}",
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-extensions",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--metrics-recording-only",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--force-color-profile=srgb",
            "--mute-audio",
            # No name resolves, and what needs none goes to a proxy that does not answer.
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--proxy-server=127.0.0.1:9",
            "--proxy-bypass-list=<-loopback>",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # it refuses to start for root otherwise
        environment = dict(os.environ, XDG_DATA_HOME=str(fonts.parent))
        with open(Path(self._profile, "talk.txt"), "wb") as talk:
            self._process = subprocess.Popen(
                [*command, "about:blank"], stdout=talk, stderr=talk, stdin=subprocess.DEVNULL, env=environment
            )
        port = Path(self._profile, "DevToolsActivePort")
        until = time.monotonic() + PATIENCE
        while not (port.is_file() and len(port.read_text().splitlines()) == 2):
            alive = self._process.poll() is None and time.monotonic() < until
            assert alive, Path(self._profile, "talk.txt").read_text("utf-8", "replace")[-2000:]
            time.sleep(0.05)
        number, path = port.read_text().splitlines()
        self._line = Line(f"ws://127.0.0.1:{number}{path}")
        self._ids = itertools.count(1)
        self._pages: dict[str, Page] = {}

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Ask the browser (or, with `session`, a page) and return its answer."""
        asked = next(self._ids)
        message = {"id": asked, "method": method, "params": parameters}
        self._line.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while True:
            answer = json.loads(self._line.receive())
            if answer.get("id") == asked:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]
            if answer.get("sessionId") in self._pages:
                self._pages[answer["sessionId"]].note(answer["method"], answer["params"])

    def open(self, path: Path, *, width: int = 1280, height: int = 800, phone: bool = False) -> Page:
        """Open a file in a page of its own and wait until its script is through (`body.ready`)."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session, target)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        page.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            mobile=phone,
            deviceScaleFactor=2 if phone else 1,
        )
        page.call("Emulation.setTouchEmulationEnabled", enabled=phone)
        page.call("Page.navigate", url=path.resolve().as_uri())
        drawn = "document.contentType === 'image/svg+xml'"
        page.until(f"(document.body || {drawn}) && document.readyState === 'complete'")
        return page

    def close(self) -> None:
        """End the browser and forget its profile."""
        self._line.send(json.dumps({"id": 0, "method": "Browser.close"}))
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._line.close()
        shutil.rmtree(self._profile, ignore_errors=True)


class Page:
    """A page. requests: addresses asked for after its own. said: console messages, errors, dialogs."""

    def __init__(self, browser: Browser, session: str, target: str) -> None:
        self._browser, self._session, self._target = browser, session, target
        self.requests: list[str] = []
        self.said: list[str] = []

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask this page."""
        return self._browser.call(method, self._session, **parameters)

    def note(self, event: str, facts: dict[str, Any]) -> None:
        """Remember what the page does."""
        if event == "Network.requestWillBeSent":
            self.requests.append(facts["request"]["url"])
        elif event == "Runtime.consoleAPICalled":
            self.said.append(f"console.{facts['type']}: {[each.get('value') for each in facts['args']]}")
        elif event == "Runtime.exceptionThrown":
            details = facts["exceptionDetails"]
            self.said.append(f"error: {details.get('exception', {}).get('description') or details['text']}")
        elif event == "Log.entryAdded":
            self.said.append(f"{facts['entry']['level']}: {facts['entry']['text']}")
        elif event == "Page.javascriptDialogOpening":
            self.said.append(f"dialog: {facts['message']}")

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, script: str) -> Any:
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE
        while not (value := self.run(script)):
            assert time.monotonic() < end, (script, self.said)
            time.sleep(0.05)
        return value

    def middle(self, selector: str, at: int = 0) -> tuple[float, float]:
        """The middle of an element in the window."""
        box = self.run(
            f"(b => [b.left + b.width / 2, b.top + b.height / 2])"
            f"(document.querySelectorAll({json.dumps(selector)})[{at}].getBoundingClientRect())"
        )
        return box[0], box[1]

    def click(self, x: float, y: float) -> None:
        """Press and release the left button there."""
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.mouse(kind, x, y)

    def mouse(self, kind: str, x: float, y: float, *, held: bool = False) -> None:
        """One event of the mouse."""
        pressed = kind != "mouseMoved"
        self.call(
            "Input.dispatchMouseEvent",
            type=kind,
            x=x,
            y=y,
            button="left" if pressed or held else "none",
            buttons=1 if held or kind == "mousePressed" else 0,
            clickCount=1 if pressed else 0,
        )

    def tap(self, x: float, y: float) -> None:
        """Touch there and let go."""
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.call("Input.insertText", text=text)

    def key(self, name: str, code: int) -> None:
        """Press a key by name and Windows key code."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code)

    def picture(self, path: Path) -> None:
        """Save what is seen as PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def close(self) -> None:
        """Close the page."""
        self._browser.call("Target.closeTarget", targetId=self._target)


if __name__ == "__main__":  # a picture by hand: browser.py PAGE.html PICTURE.png [WIDTH HEIGHT]
    browser = Browser()
    size = [int(word) for word in sys.argv[3:5]] or [1280, 800]
    opened = browser.open(Path(sys.argv[1]), width=size[0], height=size[1], phone=size[0] < 720)
    opened.picture(Path(sys.argv[2]))
    print(opened.said, opened.requests)
    browser.close()
