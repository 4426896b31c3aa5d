"""Photographs and documents of features."""

from __future__ import annotations

from app.actions import attachments
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

KIND = Parameter("kind", Text("图层", "layer"))
KEY = Parameter("key", Text("要素编号", "feature's code"))

COMMANDS: tuple[Command, ...] = (
    Command(
        "attach",
        Text("附上文件", "Attach a file"),
        Text("把照片或文件附在一个要素上，存进项目文件；可撤销，不随任何成果外发",
             "Attach a photograph or document to a feature, inside the project file; no export carries it"),
        attachments.attach,
        (
            PROJECT, KIND, KEY,
            Parameter("file", Text("照片或文件", "photograph or document"), "path"),
            Parameter("title", Text("标题；不给就用文件名", "title; the file's name without one"), option=True,
                      required=False),
            Parameter("date", Text("日期，如 2025-06-01", "day, as 2025-06-01"), option=True, required=False),
        ),
        cli=True,
        opens=True,
    ),
    Command(
        "attachments",
        Text("附件", "Attachments"),
        Text("列出附件，或把其中一个存成文件", "List attachments, or write one of them to a file"),
        attachments.attachments,
        (
            PROJECT,
            Parameter("kind", Text("只列这个图层", "only this layer"), required=False),
            Parameter("key", Text("只列这个要素", "only this feature"), required=False),
            Parameter("save", Text("存出这个附件编号", "write the attachment of this code"), option=True,
                      required=False),
            Parameter("out", Text("存成的文件", "file to write"), "new_path", option=True, required=False),
        ),
        cli=True,
        opens=True,
    ),
    Command(
        "detach",
        Text("移除附件", "Remove an attachment"),
        Text("移除一个附件，可撤销", "Remove an attachment; it can be undone"),
        attachments.detach,
        (PROJECT, Parameter("code", Text("附件编号", "attachment's code"))),
        cli=True,
        opens=True,
    ),
)  # fmt: skip
