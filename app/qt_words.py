"""Qt's own words (确定, 取消, 剪切 ...) in the language that is spoken."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.messages import language

_installed: list[QTranslator] = []


class _QtWords(QTranslator):
    """Qt's translation. Where Qt has given words a key since they were translated (`&Look in:`), they are
    looked up without it."""

    def translate(
        self, context: str, words: str, disambiguation: str | None = None, count: int = -1
    ) -> str | None:  # type: ignore[override] - None is Qt's null string: another translator is asked
        found = super().translate(context, words, disambiguation, count)
        if not found and words and "&" in words:
            found = super().translate(context, words.replace("&", ""), disambiguation, count)
        return found or None


def speak() -> None:
    """Load Qt's translation for the current language; English needs none."""
    for translator in _installed:
        QCoreApplication.removeTranslator(translator)
    _installed.clear()
    chinese = language() == "zh"
    QLocale.setDefault(QLocale(QLocale.Language.Chinese if chinese else QLocale.Language.English))
    if chinese:
        translator = _QtWords(QCoreApplication.instance())
        if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            QCoreApplication.installTranslator(translator)
            _installed.append(translator)
