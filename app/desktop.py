"""Qt starts here: the application, its words, its looks, and the one window."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from pathlib import Path
from types import TracebackType

from app.messages import sentence, set_language, text
from app.preferences import Preferences, folder


def run(project: Path | None) -> int:
    """Open the window on `project`, else on the last one, else on a copy of the sample; returns the exit
    code."""
    gc.disable()  # until the window stands
    _input_method()
    from PySide6.QtWidgets import QApplication

    preferences = Preferences()
    set_language(os.environ.get("QITU_LANG") or preferences["language"])
    app = QApplication.instance() or QApplication(sys.argv[:1])
    prepare(app, preferences, sheet=False)
    from app.session import Session
    from app.window import MainWindow

    window = MainWindow(Session(), preferences)
    sys.excepthook = lambda kind, error, trace: unexpected(window, kind, error, trace)
    window.show()
    settle()
    open_first(window, project)
    code = app.exec()
    sys.excepthook = sys.__excepthook__
    window.deleteLater()
    app.processEvents()
    return code


def prepare(app: object, preferences: Preferences, *, sheet: bool = True) -> None:
    """Give the application its name, sign, words and looks; without `sheet` the window brings that."""
    from PySide6.QtWidgets import QApplication

    from app import qt_words, theme

    assert isinstance(app, QApplication)
    app.setApplicationName("QiTu")
    app.setApplicationDisplayName(text("app_name"))
    app.setDesktopFileName("qitu")
    theme.set_palette(preferences["theme"])
    theme.style(app, sheet=sheet)
    app.setWindowIcon(theme.app_icon())
    qt_words.speak()


def settle() -> None:
    """Keep the collector from looking through the program itself each time: it stops the window for 50 ms."""
    gc.freeze()
    gc.enable()


def open_first(window: object, project: Path | None) -> None:
    """Open what the user named; else the last project that is still there; else a copy of the sample."""
    from app.window import MainWindow

    assert isinstance(window, MainWindow)
    if window.preferences.damaged:
        window.bus.notice.emit("warn", text("preferences_damaged"), text("preferences_damaged_hint"))
    if project is not None:
        from app.foreign import take_file

        take_file(window, project)
        return
    for recent in window.preferences["recent"]:
        if Path(recent).is_file():
            if not window.open_project(Path(recent)):
                window.run_command("new_sample")
            return
    window.run_command("new_sample")
    if window.session.is_open and not window.preferences["welcomed"]:
        from app.dialogs.welcome import welcome

        welcome(window)


def unexpected(
    window: object, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Tell of a fault of ours in a sentence, keep its details in a file, and go on working."""
    from app.window import MainWindow
    from layers.errors import PlannerError

    if isinstance(error, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    details = "".join(traceback.format_exception(kind, error, trace))
    sys.stderr.write(details)
    where = folder() / "faults.log"
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        with where.open("a", encoding="utf-8") as log:
            log.write(details + "\n")
    except OSError:
        pass  # there is still the terminal
    if isinstance(window, MainWindow) and window.session is not None:
        if isinstance(error, PlannerError):
            window.bus.notice.emit("bad", *sentence(error))
        else:
            window.bus.notice.emit(
                "bad", text("unexpected", what=kind.__name__), text("unexpected_hint", path=where)
            )


def _input_method() -> None:
    """Wheels of Qt bring no fcitx plugin; fcitx 5 answers as ibus, so that Chinese can be typed."""
    if sys.platform.startswith("linux") and os.environ.get("QT_IM_MODULE", "").startswith("fcitx"):
        import PySide6

        plugins = Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforminputcontexts"
        if not any(plugins.glob("*fcitx*")):
            os.environ["QT_IM_MODULE"] = "ibus"


