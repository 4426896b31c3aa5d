"""The look of the window: colour tokens, type, the style sheet, icons. No widget sets a colour by itself.

Colours come by name from `resources/theme/tokens.toml` in the palette that is in use (`light`, or
`projector` with heavier ink and type × 1.4). Widgets say what they are with `set_role`; the style
sheet `resources/theme/window.qss` knows the roles. Painted widgets ask `color` and `font` while they paint.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from functools import cache
from importlib import resources
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QStyleFactory, QWidget

from layers.maps import palette as palettes

FAMILY = "Noto Sans SC"
PROJECTOR_TYPE = 1.4    # type, against the desk
PROJECTOR_METRIC = 1.25  # rows and bars that hold type
FIGURE, VERDICT, TITLE, TAB, TEXT, NOTE = 24, 18, 15, 14, 13, 12  # px of type at the desk
STROKE_PX = 1.5          # of a line icon
SPIN_INSET = 7           # px

_palette = "light"


# -- colours ---------------------------------------------------------------------------------------

def palette() -> str:
    """Return the palette in use: "light" or "projector"."""
    return _palette


def set_palette(name: str) -> None:
    """Use the palette `name` from now on; a running application is restyled at once."""
    global _palette  # noqa: PLW0603 - one screen, one palette a process
    _palette = name if name in palettes.PALETTES else "light"
    app = QApplication.instance()
    if isinstance(app, QApplication) and app.property("qitu_styled"):
        style(app)


def color(token: str) -> QColor:
    """Return the colour of a token, or of a literal `#RRGGBB`; KeyError for an unknown name."""
    return QColor(hex_of(token))


def hex_of(token: str) -> str:
    """Return `#RRGGBB` of a token (a literal is returned as it is)."""
    return token if token.startswith("#") else palettes.palette(_palette)[token]


# -- type and sizes --------------------------------------------------------------------------------

def type_px(size: float) -> int:
    """Return the pixels of type of desk size `size` in the palette in use."""
    return round(size * (PROJECTOR_TYPE if _palette == "projector" else 1))


def metric(size: float) -> int:
    """Return the pixels of a row, bar or button of desk size `size` in the palette in use."""
    return round(size * (PROJECTOR_METRIC if _palette == "projector" else 1))


def font(size: float = TEXT, *, medium: bool = False, bold: bool = False) -> QFont:
    """Return the application's font at desk size `size`."""
    found = QFont(FAMILY)
    found.setPixelSize(type_px(size))
    found.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Medium if medium else QFont.Weight.Normal)
    return found


@cache
def register_fonts() -> None:
    """Make the bundled fonts known to Qt (once; an application must exist)."""
    for weight in ("Regular", "Medium", "Bold"):
        with resources.as_file(resources.files("resources") / "fonts" / f"NotoSansSC-{weight}.ttf") as file:
            # From its file: three times 10 MB need not be read and copied at the start.
            if QFontDatabase.addApplicationFont(str(file)) < 0:
                raise RuntimeError(f"Qt cannot read the bundled font {weight}")


# -- the style sheet -------------------------------------------------------------------------------

def style(app: QApplication, *, sheet: bool = True) -> None:
    """Give the application its font, palette and (unless `dress` follows) style sheet."""
    register_fonts()
    if not app.property("qitu_styled"):
        app.setProperty("qitu_styled", True)
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setFont(font())
    app.setPalette(_qt_palette())
    if sheet:
        app.setStyleSheet(style_sheet())


def dress() -> None:
    """Give an application that was styled without its style sheet the sheet now, where it has none.

    Qt goes through the sheet again for each widget and all that stand in it whenever it gets a parent: of the
    335 ms that building the window took, 210 went there. So the first window is built before it has a sheet.
    """
    app = QApplication.instance()
    if isinstance(app, QApplication) and app.property("qitu_styled") and not app.styleSheet():
        app.setStyleSheet(style_sheet())


def style_sheet() -> str:
    """Return the style sheet with tokens, sizes and icons filled in.

    In the file `$ink1` is a colour, `@13` pixels of type, `~28` pixels of a metric and
    `icon(check, panel, 14)` the address of a coloured icon.
    """
    text = (resources.files("resources") / "theme" / "window.qss").read_text("utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"icon\(([a-z0-9-]+), (\w+), (\d+)\)",
                  lambda hit: f'url("{_icon_file(hit[1], hex_of(hit[2]), int(hit[3]))}")', text)
    text = re.sub(r"\$(\w+)", lambda hit: hex_of(hit[1]), text)
    text = re.sub(r"@(\d+)", lambda hit: f"{type_px(int(hit[1]))}px", text)
    return re.sub(r"~(\d+)", lambda hit: f"{metric(int(hit[1]))}px", text)


def inset(box: QAbstractSpinBox, px: int = SPIN_INSET) -> None:
    """Leave room left of a number that is entered: Qt gives a spin box's words none of its padding."""
    box.lineEdit().setTextMargins(px, 0, 0, 0)


def set_role(widget: QWidget, role: str) -> None:
    """Say what a widget is (`primary`, `quiet`, `danger`, `title`, `note`, ...); restyles it at once.

    Buttons: `primary`, `quiet`, `danger`, `danger_filled`, `segment`, `tool`; none is secondary.
    Labels: `figure`, `verdict`, `title`, `medium`, `note`, `hint`, `bad`, `warn`, `ok`, `badge`, `draft`.
    Frames: `panel`, `sunken`, `tile`, `card`, `empty`, `segmented`, `map_card`, `line`, `vline`, and the
    notices `notice_info`, `notice_ok`, `notice_warn`, `notice_bad`. Inputs: `wrong`, `length`.
    """
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def _qt_palette() -> QPalette:
    made = QPalette()
    role = QPalette.ColorRole
    for where, token in ((role.Window, "panel"), (role.Base, "panel"), (role.AlternateBase, "sunken"),
                         (role.Button, "panel"), (role.WindowText, "ink1"), (role.Text, "ink1"),
                         (role.ButtonText, "ink1"), (role.BrightText, "panel"),
                         (role.ToolTipBase, "ink1"), (role.ToolTipText, "panel"),
                         (role.Highlight, "row_sel"), (role.HighlightedText, "ink1"),
                         (role.PlaceholderText, "ink3"), (role.Link, "accent"), (role.LinkVisited, "accent"),
                         (role.Light, "panel"), (role.Midlight, "sunken"), (role.Mid, "line"),
                         (role.Dark, "control"), (role.Shadow, "line")):
        made.setColor(where, color(token))
    for where in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, where, color("disabled"))
    return made


# -- icons -----------------------------------------------------------------------------------------

def icon(name: str, token: str = "ink2", size: int = 20) -> QIcon:
    """Return a Lucide icon in a token's colour; disabled and current (`on`) states take theirs."""
    return _icon(
        name, hex_of(token), hex_of("disabled"), hex_of("accent" if token == "ink2" else token), size
    )


@cache
def _icon(name: str, normal: str, disabled: str, current: str, size: int) -> QIcon:
    made = QIcon()
    mode, state = QIcon.Mode, QIcon.State
    for ratio in (1, 2):
        for colour, modes, states in ((normal, (mode.Normal, mode.Active, mode.Selected), (state.Off,)),
                                      (current, (mode.Normal, mode.Active, mode.Selected), (state.On,)),
                                      (disabled, (mode.Disabled,), (state.Off, state.On))):
            drawn = _tinted(name, colour, size, ratio)
            for one in modes:
                for on in states:
                    made.addPixmap(drawn, one, on)
    return made


def pixmap(name: str, token: str = "ink2", size: int = 20, *, ratio: float = 2.0) -> QPixmap:
    """Return a Lucide icon as a picture `size` logical pixels wide."""
    return _pixmap(name, hex_of(token), size, ratio)


@cache
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    return _tinted(name, colour, size, ratio)


@cache
def app_icon() -> QIcon:
    """Return the application's own sign."""
    made = QIcon()
    svg = (resources.files("resources") / "icons" / "qitu.svg").read_bytes()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(_drawn(svg, size, 1))
    return made


def app_pixmap(size: int, *, ratio: float = 2.0) -> QPixmap:
    """Return the application's own sign as a picture."""
    return _drawn((resources.files("resources") / "icons" / "qitu.svg").read_bytes(), size, ratio)


def paint_icon(painter: QPainter, name: str, box: QRectF, token: str = "ink2") -> None:
    """Draw a Lucide icon into `box`."""
    svg = _svg(name, hex_of(token), round(box.width()))
    QSvgRenderer(QByteArray(svg)).render(painter, box)


def _svg(name: str, colour: str, size: int) -> bytes:
    """Return the icon's file with its colour and a stroke of about 1.5 px (QtSvg knows no currentColor)."""
    text = _svg_text(name).replace("currentColor", colour)
    stroke = min(max(STROKE_PX * 24 / size, 1.5), 2.3)
    return text.replace('stroke-width="2"', f'stroke-width="{stroke:.2f}"').encode("utf-8")


@cache
def _svg_text(name: str) -> str:
    return (resources.files("resources") / "icons" / "lucide" / f"{name}.svg").read_text("utf-8")


def _tinted(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """Return a Lucide icon in a colour: it is drawn once, and its shape is filled for each colour."""
    made = QPixmap(_shape(name, size, ratio))
    painter = QPainter(made)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(QRectF(0, 0, size, size), QColor(colour))
    painter.end()
    return made


@cache
def _shape(name: str, size: int, ratio: float) -> QPixmap:
    return _drawn(_svg(name, "#000000", size), size, ratio)


def _drawn(svg: bytes, size: int, ratio: float) -> QPixmap:
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made


@cache
def _icon_folder() -> Path:
    """A folder of this process for the coloured icons that the style sheet names (Qt takes files only)."""
    folder = Path(tempfile.mkdtemp(prefix="qitu-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _icon_file(name: str, colour: str, size: int) -> str:
    path = _icon_folder() / f"{name}-{colour[1:]}-{size}.svg"
    if not path.exists():
        svg = _svg(name, colour, size).decode("utf-8")
        svg = svg.replace('width="24"', f'width="{size}"', 1).replace('height="24"', f'height="{size}"', 1)
        path.write_text(svg, "utf-8")
    return path.as_posix()
