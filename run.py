#!/usr/bin/env python3
"""The one start script of QiTu; the standard library is all it needs.

    python3 run.py                    the window on a copy of the sample; no display: its main work into out/
    python3 run.py COMMAND ...        a command of the program: gaps, targets, info, ... (or --help)
    python3 run.py test [pytest ...]  the whole test suite
    python3 run.py wheels [--for windows|linux-x86_64|linux-aarch64] [--python 3.12] [--glibc 2.28] [--tests]
                                      fills ./wheels, which then serves machines without a network

It makes `.venv` beside itself from requirements.lock (every file checked against its hash), looks whether the
system libraries that Qt needs are there, and hands over. What it says goes to stderr: stdout belongs to the
program. QITU_LANG=en gives English.

This file has to be readable for Python 3.6, so that a too old one gets a sentence: no newer syntax here.
"""
import hashlib
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
from typing import Dict, List, Optional, Tuple

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
WHEELS = os.path.join(ROOT, "wheels")
LOCKS = {"product": "requirements.lock", "test": "requirements-test.lock"}
OLDEST = (3, 11)
NEWER = ("3.13", "3.12", "3.11")
QT_GLIBC = {"x86_64": (2, 34), "aarch64": (2, 39)}
"""The oldest glibc for which the locked Qt has a wheel; below it, requirements-old-glibc.lock takes over."""
IMPORTED = ("PySide6", "shiboken6", "apsw", "fiona", "folium", "geopandas", "numpy", "pandas", "pyogrio",
            "pypinyin", "pyproj", "pyqtgraph", "scipy", "shapely")
"""Modules whose folder must be there for an environment to count as whole (fiona where it has a wheel)."""

# library file, Debian package, package of dnf systems
QT_LIBRARIES = (
    ("libEGL.so.1", "libegl1", "libglvnd-egl"), ("libGL.so.1", "libgl1", "libglvnd-glx"),
    ("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"), ("libdbus-1.so.3", "libdbus-1-3", "dbus-libs"),
    ("libfontconfig.so.1", "libfontconfig1", "fontconfig"), ("libfreetype.so.6", "libfreetype6", "freetype"),
    ("libglib-2.0.so.0", "libglib2.0-0", "glib2"), ("libzstd.so.1", "libzstd1", "libzstd"),
    ("libX11.so.6", "libx11-6", "libX11"))
XCB_LIBRARIES = (
    ("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor"),
    ("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm"),
    ("libxcb-image.so.0", "libxcb-image0", "xcb-util-image"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms"),
    ("libxcb-randr.so.0", "libxcb-randr0", "libxcb"), ("libxcb-render.so.0", "libxcb-render0", "libxcb"),
    ("libxcb-render-util.so.0", "libxcb-render-util0", "xcb-util-renderutil"),
    ("libxcb-shape.so.0", "libxcb-shape0", "libxcb"), ("libxcb-shm.so.0", "libxcb-shm0", "libxcb"),
    ("libxcb-sync.so.1", "libxcb-sync1", "libxcb"), ("libxcb-util.so.1", "libxcb-util1", "xcb-util"),
    ("libxcb-xfixes.so.0", "libxcb-xfixes0", "libxcb"), ("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11"),
    ("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb"))

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
            "microsoft-edge")
"""Programs in which the tests open web maps; Windows always has Edge."""
BROWSER_PACKAGE = "chromium"
SCREEN_TOOLS = (("Xvfb", "xvfb"), ("xrandr", "x11-xserver-utils"), ("xdotool", "xdotool"),
                ("openbox", "openbox"))
"""Programs (and their Debian packages) with which a test shows a story on two screens, by real keys."""

SENTENCES = {
    "too_old": ("旗图需要 Python 3.11 或更新的版本，现在这个是 {found}，也没有找到更新的。请安装 Python 3.12 后再运行。",
                "QiTu needs Python 3.11 or newer; this is {found}, and no newer one was found. "
                "Install Python 3.12 and run this again."),
    "switch": ("改用 {found}。", "Going on with {found}."),
    "make": ("正在准备运行环境 {folder} …", "Preparing the environment {folder} ..."),
    "install": ("正在安装 {count} 个组件（{source}）…", "Installing {count} packages ({source}) ..."),
    "from_wheels": ("来自 ./wheels，不联网", "from ./wheels, no network"),
    "from_network": ("第一次需要联网，约 240 MB", "the first time about 240 MB from the network"),
    "no_network": ("组件没有装上：连不上软件源，或软件源里没有这个版本。请检查网络；没有网络的机器，请在一台能联网的同类机器上运行"
                   " python3 run.py wheels，把得到的 wheels 文件夹放到 run.py 旁边再运行。详情见 {log}",
                   "The packages could not be installed: no index was reached, or it lacks a version. "
                   "Check the network; for a machine without one, run `python3 run.py wheels` on a connected "
                   "machine of the same kind and put the folder ./wheels beside run.py. Details: {log}"),
    "wheels_lack": ("./wheels 里缺少需要的组件，或不适合这台机器的系统与 Python。请用本机的系统与 Python 版本重新运行"
                    " python3 run.py wheels。详情见 {log}",
                    "./wheels lacks a needed package, or its files do not fit this system or Python. "
                    "Make it anew with `python3 run.py wheels` for this kind of machine. Details: {log}"),
    "install_failed": ("组件没有装上。最后几行：\n{tail}\n详情见 {log}",
                       "The packages could not be installed. The last lines:\n{tail}\nDetails: {log}"),
    "no_ensurepip": ("这个 Python 缺少 venv 部件。请运行：{command}",
                     "This Python lacks its venv part. Run: {command}"),
    "apt": ("正在安装系统库：{packages}", "Installing system libraries: {packages}"),
    "libraries": ("界面需要的系统库不全，缺 {files}。请运行：\n  {command}",
                  "System libraries that the window needs are missing: {files}. Run:\n  {command}"),
    "libraries_command": ("安装提供这些文件的系统软件包", "install the system packages that hold these files"),
    "no_browser": ("测试网页地图要用 Chromium、Chrome 或 Edge，这台机器上没有找到：这些测试会失败，其余照常进行。请运行：\n  {command}",
                   "The tests of web maps need Chromium, Chrome or Edge and none was found: they will fail, "
                   "all others run. Run:\n  {command}"),
    "no_screens": ("演示要在两块真屏幕上用真按键试，这台机器缺 {files}：这一项不试，其余照常进行。请运行：\n  {command}",
                   "The test of a show on two screens by real keys is left out, all others run: {files} is "
                   "missing. Run:\n  {command}"),
    "qt_broken": ("界面部件装上了却载入不了：{reason}", "The window's library is installed but does not load: {reason}"),
    "headless": ("没有显示屏，已不开窗口完成主要工作（示例项目、各嘎查缺口的 CSV 与 JSON、改厕分配、地图 PNG 和 PDF、网页地图），文件在 {folder}",
                 "There is no display, so the main job was done without a window (sample project, the gaps "
                 "of every gacha as CSV and JSON, the toilets allocated, the map as PNG, PDF and web "
                 "page): the files are in {folder}"),
    "wheels_done": ("已备好 {folder}（{count} 个文件）。", "{folder} is ready ({count} files)."),
    "wheels_use": ("用法：python3 run.py wheels [--for {kinds}] [--python 3.12] [--glibc 2.28] [--tests]",
                   "Usage: python3 run.py wheels [--for {kinds}] [--python 3.12] [--glibc 2.28] [--tests]"),
    "failed": ("没有成功：{reason}", "This did not work: {reason}"),
}


class Stop(Exception):
    """Set-up cannot go on: `key` names the sentence, `facts` fill it."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


def english() -> bool:
    """Whether the user asked for English."""
    return os.environ.get("QITU_LANG", "").lower().startswith("en")


def sentence(key: str, **facts: object) -> str:
    """The sentence `key` in the user's language."""
    return SENTENCES[key][1 if english() else 0].format(**facts)


def write(stream, text: str) -> None:
    """Writes a line, whatever the console's encoding can or cannot show."""
    encoding = (stream.encoding or "utf-8").lower()
    if encoding in ("ascii", "us-ascii", "ansi_x3.4-1968"):
        encoding = "utf-8"
    data = (text + os.linesep).encode(encoding, "replace")
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(text + "\n")
    else:
        stream.flush()
        buffer.write(data)
    stream.flush()


def say(key: str, **facts: object) -> None:
    """Tells the user on stderr what happens."""
    write(sys.stderr, sentence(key, **facts))


# --- which Python -------------------------------------------------------------------------------------------

def newer_pythons() -> List[List[str]]:
    """Commands that may start a Python new enough, best first."""
    if os.name == "nt":
        return [["py", "-" + version] for version in NEWER]
    return [["python" + version] for version in NEWER]


def is_new_enough(command: List[str]) -> bool:
    """Whether `command` starts a Python of the right age that can make environments."""
    test = "import sys, ensurepip, venv; sys.exit(sys.version_info[:2] < %r)" % (OLDEST,)
    try:
        with open(os.devnull, "w") as nowhere:
            return subprocess.call(command + ["-c", test], stdout=nowhere, stderr=nowhere) == 0
    except OSError:
        return False


def go_on_with_newer(arguments: List[str]) -> int:
    """Runs this script again under a newer Python; the sentence and 1 where there is none."""
    for command in newer_pythons():
        if is_new_enough(command):
            say("switch", found=" ".join(command))
            return hand_over(command + [os.path.abspath(__file__)] + arguments, dict(os.environ))
    found = ".".join(str(part) for part in sys.version_info[:3])
    for text in SENTENCES["too_old"]:
        write(sys.stderr, text.format(found=found))
    return 1


def hand_over(command: List[str], environment: Dict[str, str]) -> int:
    """Lets `command` take this process's place; where the system cannot, runs it and gives its exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execvpe(command[0], command, environment)
    return subprocess.call(command, env=environment)


# --- the environment ----------------------------------------------------------------------------------------

def venv_python(folder: str) -> str:
    """The interpreter inside the environment `folder`."""
    inside = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return os.path.join(folder, *inside)


def child_environment() -> Dict[str, str]:
    """What our children inherit: the tree on their path, UTF-8, no setting that would lead pip elsewhere."""
    environment = dict(os.environ)
    for name in ("PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV"):
        environment.pop(name, None)
    environment["PYTHONPATH"] = ROOT
    environment.setdefault("PYTHONUTF8", "1")
    return environment


def read(path: str) -> str:
    """A file's text."""
    with open(path, encoding="utf-8") as file:
        return file.read()


def lock_blocks(text: str) -> Dict[str, List[str]]:
    """The lock's requirements with their hashes, by package name (a name may stand under several markers)."""
    blocks = {}  # type: Dict[str, List[str]]
    for block in re.findall(r"^[A-Za-z0-9].*(?:\n[ \t]+.*)*", text, flags=re.M):
        blocks.setdefault(re.split(r"[=<>! ;\[]", block)[0].lower(), []).append(block)
    return blocks


def system_glibc() -> Tuple[int, ...]:
    """This system's glibc as numbers; empty where there is none."""
    name, version = platform.libc_ver() if sys.platform.startswith("linux") else ("", "")
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2]) if name == "glibc" else ()


def lock_text(purpose: str, machine: str, glibc: Tuple[int, ...]) -> str:
    """The lock for `purpose` (a key of LOCKS), with an older Qt where `glibc` is too old for ours."""
    blocks = lock_blocks(read(os.path.join(ROOT, LOCKS[purpose])))
    if glibc and glibc < QT_GLIBC.get(machine, (0, 0)):
        blocks.update(lock_blocks(read(os.path.join(ROOT, "requirements-old-glibc.lock"))))
    return "\n".join(block for name in sorted(blocks) for block in blocks[name]) + "\n"


def our_lock(purpose: str) -> str:
    """The lock for `purpose` on this machine."""
    return lock_text(purpose, platform.machine(), system_glibc())


def stamp_of(purpose: str) -> str:
    """What an environment is made from and for: lock, interpreter, place."""
    facts = [our_lock(purpose), sys.version, os.path.realpath(sys.executable), platform.machine(), VENV]
    return hashlib.sha256("\0".join(facts).encode("utf-8")).hexdigest()


def read_stamps(folder: str) -> Dict[str, str]:
    """The stamps of what is wholly installed in `folder`; empty when it is half-made or unreadable."""
    try:
        stamps = json.loads(read(os.path.join(folder, "qitu-stamp.json")))
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def is_whole(folder: str) -> bool:
    """Whether the environment's interpreter starts and finds every module of the product."""
    wanted = [name for name in IMPORTED if name != "fiona" or fiona_has_wheel()]
    test = "import sys, importlib.util as u; sys.exit(any(u.find_spec(n) is None for n in sys.argv[1:]))"
    try:
        command = [venv_python(folder), "-I", "-c", test] + wanted
        return subprocess.call(command, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def fiona_has_wheel() -> bool:
    """The marker of setup.cfg's fiona line, for this machine."""
    machine = platform.machine() in ("x86_64", "AMD64") or sys.platform == "darwin"
    return machine and sys.version_info[:2] < (3, 14)


class Making:
    """Only one run at a time makes the environment: an exclusive lock that ends with its process."""

    def __enter__(self) -> None:
        self.file = open(VENV + ".lock", "a+")
        if os.name == "nt":
            import msvcrt
            import time
            while True:
                try:
                    self.file.seek(0)
                    return msvcrt.locking(self.file.fileno(), msvcrt.LK_NBLCK, 1)
                except OSError:
                    time.sleep(0.5)
        import fcntl
        return fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self.file.close()


def ensure_environment(purpose: str) -> str:
    """Makes or completes .venv for `purpose`, a broken or half-made one anew; returns its interpreter."""
    wanted = {name: stamp_of(name) for name in LOCKS}
    with Making():
        stamps = read_stamps(VENV)
        if wanted["product"] != stamps.get("product") or not is_whole(VENV):
            make_environment()
            stamps = {}
        if stamps.get(purpose) != wanted[purpose]:
            install(purpose)
            stamps["product"] = wanted["product"]
            stamps[purpose] = wanted[purpose]
            path = os.path.join(VENV, "qitu-stamp.json")
            with open(path + ".new", "w", encoding="utf-8") as file:
                json.dump(stamps, file)
            os.replace(path + ".new", path)
    return venv_python(VENV)


def make_environment() -> None:
    """An empty .venv with pip, in place of whatever was there."""
    say("make", folder=VENV)
    try:
        import ensurepip  # noqa: F401  Debian ships Python without it
    except ImportError:
        package = "python%d.%d-venv" % sys.version_info[:2]
        if not apt_install([package]):
            raise Stop("no_ensurepip", command=apt_command([package])) from None
    if os.path.islink(VENV) or os.path.isfile(VENV):
        os.unlink(VENV)
    elif os.path.isdir(VENV):
        shutil.rmtree(VENV)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env=child_environment(), universal_newlines=True)
    if made.returncode:
        raise Stop("failed", reason=made.stdout.strip())


PIP_OPTIONS = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--require-hashes",
               "--no-deps", "--only-binary", ":all:"]


def install(purpose: str) -> None:
    """Installs the lock for `purpose` (it is complete) into .venv, every file checked by its hash."""
    lock = os.path.join(VENV, LOCKS[purpose])
    log = os.path.join(VENV, "install.log")
    text = our_lock(purpose)
    with open(lock, "w", encoding="utf-8") as file:
        file.write(text)
    offline = os.path.isdir(WHEELS)
    command = [venv_python(VENV), "-m", "pip", "install"] + PIP_OPTIONS + ["-r", lock]
    if offline:
        command += ["--no-index", "--find-links", WHEELS]
    count = len(lock_blocks(text))
    say("install", count=count, source=sentence("from_wheels" if offline else "from_network"))
    if run_logged(command, log, count):
        explain_failed_install(log, offline)
    # Our own modules now: on a full disk one may be compiled in part, and Python 3.11 would take it so.
    ours = [one for one in (os.path.join(ROOT, name) for name in PACKAGES) if os.path.isdir(one)]
    subprocess.call([venv_python(VENV), "-m", "compileall", "-q"] + ours, stdout=subprocess.DEVNULL,
                    env=child_environment())


PACKAGES = ("app", "layers", "resources", "data_samples")
PACKAGE_LINE = r"Collecting ([^\s=]+)==|Processing (?:.*[\\/])?([^\\/\s-]+)-[^\\/\s]*\.whl"
NETWORK_WORDS = r"ConnectionError|NewConnection|Max retries|ReadTimeout|ConnectTimeout|ProxyError|SSLError"


def run_logged(command: List[str], log: str, count: int) -> int:
    """Runs pip with its talk in `log`, one line a package on stderr; gives the exit code."""
    done = 0
    with open(log, "w", encoding="utf-8", errors="replace") as file:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   env=child_environment(), universal_newlines=True, errors="replace")
        for line in process.stdout:
            file.write(line)
            name = re.match(PACKAGE_LINE, line)
            if name:
                done += 1
                write(sys.stderr, "  %d/%d  %s" % (done, count, name.group(1) or name.group(2)))
        return process.wait()


def explain_failed_install(log: str, offline: bool) -> None:
    """Raises the sentence that fits pip's last words."""
    text = read(log)
    absent = re.search(r"No matching distribution|Could not find a version", text)
    if offline and absent:
        raise Stop("wheels_lack", log=log)
    if absent or re.search(NETWORK_WORDS, text):
        raise Stop("no_network", log=log)
    raise Stop("install_failed", tail="\n".join(text.strip().splitlines()[-5:]), log=log)


# --- system libraries ---------------------------------------------------------------------------------------

def apt_command(packages: List[str]) -> str:
    """The command that a person types on Debian or Ubuntu."""
    words = " ".join(packages)
    sudo = "" if is_root() else "sudo "
    return "{0}apt-get update && {0}apt-get install -y --no-install-recommends {1}".format(sudo, words)


def is_root() -> bool:
    """Whether packages can be installed without asking."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(packages: List[str]) -> bool:
    """Installs Debian `packages` when we may; whether that worked."""
    if not (is_root() and shutil.which("apt-get")):
        return False
    say("apt", packages=" ".join(packages))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install_them = ["apt-get", "install", "-y", "-q", "--no-install-recommends"] + packages
    subprocess.call(["apt-get", "update", "-q"], stdout=sys.stderr, env=environment)
    return subprocess.call(install_them, stdout=sys.stderr, env=environment) == 0


def missing_libraries(python: str, libraries: tuple) -> List[Tuple[str, str, str]]:
    """Those of `libraries` that the system cannot load; tried in a process of their own."""
    test = ("import ctypes, sys\n"
            "for name in sys.argv[1:]:\n"
            "    try: ctypes.CDLL(name)\n"
            "    except OSError: print(name)")
    command = [python, "-I", "-c", test] + [entry[0] for entry in libraries]
    answer = subprocess.run(command, stdout=subprocess.PIPE, universal_newlines=True)
    absent = answer.stdout.split()
    return [entry for entry in libraries if entry[0] in absent]


def ensure_libraries(python: str, window: bool) -> Optional[Stop]:
    """Sees to what Qt needs of the system (`window`: on an X display too); returns what is wrong, if any."""
    if not sys.platform.startswith("linux"):
        return None
    wanted = QT_LIBRARIES + (XCB_LIBRARIES if window and os.environ.get("DISPLAY") else ())
    missing = missing_libraries(python, wanted)
    if missing and apt_install([entry[1] for entry in missing]):
        missing = missing_libraries(python, wanted)
    if missing:
        files = ", ".join(entry[0] for entry in missing)
        return Stop("libraries", files=files, command=library_command(missing))
    return None


def library_command(missing: List[Tuple[str, str, str]]) -> str:
    """The exact command that brings the `missing` libraries on this kind of system."""
    if shutil.which("apt-get"):
        return apt_command([entry[1] for entry in missing])
    if shutil.which("dnf") or shutil.which("yum"):
        tool = "dnf" if shutil.which("dnf") else "yum"
        packages = sorted({entry[2] for entry in missing})
        return "%s%s install -y %s" % ("" if is_root() else "sudo ", tool, " ".join(packages))
    return sentence("libraries_command")


def ensure_browser() -> bool:
    """Sees to a browser for the tests of web maps; where none can be had, says so: those tests will fail."""
    if not sys.platform.startswith("linux") or any(shutil.which(name) for name in BROWSERS):
        return True
    if apt_install([BROWSER_PACKAGE]) and any(shutil.which(name) for name in BROWSERS):
        return True
    say("no_browser", command=library_command([("", BROWSER_PACKAGE, BROWSER_PACKAGE)]))
    return False


def ensure_screens(python: str) -> bool:
    """Sees to an X server, a window manager and keys for the test on two screens; else says so."""
    if not sys.platform.startswith("linux"):
        return True
    missing = [tool for tool in SCREEN_TOOLS if not shutil.which(tool[0])]
    libraries = missing_libraries(python, XCB_LIBRARIES)
    packages = [tool[1] for tool in missing] + [entry[1] for entry in libraries]
    if not packages or apt_install(packages):
        return True
    files = ", ".join(entry[0] for entry in missing + libraries)
    lacking = [(name, package, package) for name, package in missing] + libraries
    say("no_screens", files=files, command=library_command(lacking))
    return False


def require_qt(python: str, window: bool) -> None:
    """Stops with a sentence unless Qt loads."""
    problem = ensure_libraries(python, window)
    if problem:
        raise problem
    load = "import PySide6.QtWidgets, PySide6.QtSvg, PySide6.QtPrintSupport"
    tried = subprocess.run([python, "-I", "-c", load], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           universal_newlines=True)
    if tried.returncode:
        raise Stop("qt_broken", reason=(tried.stdout.strip().splitlines() or ["?"])[-1])


# --- what is asked for --------------------------------------------------------------------------------------

def has_display() -> bool:
    """Whether a window can be seen: never in CI, and an X display of this machine must answer."""
    if os.environ.get("CI") or os.environ.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal"):
        return False
    if sys.platform in ("win32", "cygwin", "darwin") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    display = os.environ.get("DISPLAY", "")
    local = re.match(r"(?:unix)?:(\d+)", display)
    return bool(display) and (local is None or x_answers("/tmp/.X11-unix/X" + local.group(1)))


def x_answers(place: str) -> bool:
    """Whether an X server listens at the socket `place` (or at its abstract name)."""
    for address in ("\0" + place, place):
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(address)
                return True
            except OSError:
                continue
    return False


def program(python: str) -> List[str]:
    """The command that starts the program; -P: a folder `app` of the working directory does not hide ours."""
    return [python, "-P", "-m", "app"]


def start(arguments: List[str]) -> int:
    """The program, with `arguments`; without any, the window, or the main job where there is no display."""
    python = ensure_environment("product")
    environment = child_environment()
    if arguments:
        problem = ensure_libraries(python, window=False)
        if problem:  # most commands make no picture: they can do without
            say(problem.key, **problem.facts)
        return hand_over(program(python) + arguments, environment)
    window = has_display()
    require_qt(python, window)
    if window:
        return hand_over(program(python), environment)
    environment["QT_QPA_PLATFORM"] = "offscreen"
    folder = os.path.join(os.getcwd(), "out")
    code = subprocess.call(program(python) + ["headless", "--out", folder], env=environment)
    if code == 0:
        write(sys.stdout, sentence("headless", folder=folder))
    return code


def test(arguments: List[str]) -> int:
    """Every check there is; `arguments` go to pytest."""
    python = ensure_environment("test")
    require_qt(python, window=False)
    ensure_browser()
    ensure_screens(python)
    environment = child_environment()
    environment["QT_QPA_PLATFORM"] = "offscreen"
    return hand_over([python, os.path.join(ROOT, "tests", "whole_suite.py")] + arguments, environment)


# --- wheels for machines without a network ------------------------------------------------------------------

TARGETS = {"windows": ("win32", "AMD64", ["win_amd64"]),
           "linux-x86_64": ("linux", "x86_64", []),
           "linux-aarch64": ("linux", "aarch64", [])}


def wheels(arguments: List[str]) -> int:
    """Downloads the locked wheels into ./wheels, for this kind of machine or for the one asked for."""
    import argparse

    usage = sentence("wheels_use", kinds="|".join(sorted(TARGETS)))
    parser = argparse.ArgumentParser(prog="run.py wheels", usage=usage)
    parser.add_argument("--for", dest="target", choices=sorted(TARGETS))
    parser.add_argument("--python", default="%d.%d" % sys.version_info[:2])
    parser.add_argument("--glibc", default="2.39")
    parser.add_argument("--tests", action="store_true")
    options = parser.parse_args(arguments)
    purpose = "test" if options.tests else "product"
    fresh = WHEELS + ".new"
    shutil.rmtree(fresh, ignore_errors=True)
    os.makedirs(fresh)
    if options.target:
        text, extra = text_for_target(purpose, options)
    else:
        text, extra = our_lock(purpose), []
    lock = os.path.join(fresh, "lock.txt")
    with open(lock, "w", encoding="utf-8") as file:
        file.write(text)
    log = os.path.join(ROOT, "wheels.log")
    command = [sys.executable, "-m", "pip", "download"] + PIP_OPTIONS + ["-d", fresh, "-r", lock] + extra
    if run_logged(command, log, len(lock_blocks(text))):
        explain_failed_install(log, offline=False)
    os.unlink(lock)
    os.unlink(log)
    os.makedirs(WHEELS, exist_ok=True)
    for name in os.listdir(fresh):
        os.replace(os.path.join(fresh, name), os.path.join(WHEELS, name))
    os.rmdir(fresh)
    say("wheels_done", folder=WHEELS, count=len(os.listdir(WHEELS)))
    return 0


def text_for_target(purpose: str, options) -> Tuple[str, List[str]]:
    """The lock for another kind of machine, markers decided here (pip asks this one); pip's options."""
    from pip._vendor.packaging.markers import Marker

    system, machine, tags = TARGETS[options.target]
    glibc = tuple(int(part) for part in options.glibc.split(".")[:2]) if system == "linux" else ()
    about = {"sys_platform": system, "platform_machine": machine, "python_version": options.python,
             "python_full_version": options.python + ".0", "os_name": "nt" if system == "win32" else "posix",
             "platform_system": "Windows" if system == "win32" else "Linux"}
    kept = []
    for blocks in lock_blocks(lock_text(purpose, machine, glibc)).values():
        for block in blocks:
            head, _, hashes = block.partition("\\\n")
            pin, _, marker = head.partition(";")
            if not marker.strip() or Marker(marker.strip()).evaluate(about):
                kept.append(pin.strip() + " \\\n" + hashes)
    for minor in range(5, glibc[1] + 1) if glibc else ():
        tags = tags + ["manylinux_2_%d_%s" % (minor, machine)]
    if glibc:
        tags = tags + ["%s_%s" % (old, machine) for old in ("manylinux1", "manylinux2010", "manylinux2014")]
    extra = ["--python-version", options.python, "--implementation", "cp"]
    return "\n".join(kept) + "\n", extra + [word for tag in tags for word in ("--platform", tag)]


def main(arguments: List[str]) -> int:
    """The exit code of what was asked for."""
    if sys.version_info[:2] < OLDEST:
        return go_on_with_newer(arguments)
    try:
        if arguments[:1] == ["test"]:
            return test(arguments[1:])
        if arguments[:1] == ["wheels"]:
            return wheels(arguments[1:])
        return start(arguments)
    except Stop as stop:
        for text in SENTENCES[stop.key][::-1 if english() else 1]:
            write(sys.stderr, text.format(**stop.facts))
        return 1
    except OSError as error:
        say("failed", reason=error)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
