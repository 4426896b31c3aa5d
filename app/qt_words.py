"""Qt's own words (确定, 取消, 剪切 ...) in the language that is spoken."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.messages import language

_installed: list[QTranslator] = []


def speak() -> None:
    """Load Qt's translation for the current language; English needs none."""
    for translator in _installed:
        QCoreApplication.removeTranslator(translator)
    _installed.clear()
    chinese = language() == "zh"
    QLocale.setDefault(QLocale(QLocale.Language.Chinese if chinese else QLocale.Language.English))
    if chinese:
        translator = QTranslator(QCoreApplication.instance())
        if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            QCoreApplication.installTranslator(translator)
            _installed.append(translator)
