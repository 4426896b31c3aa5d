"""Kindergartens (chapter 6 section 1)."""

from __future__ import annotations

from layers.catalogue.columns import (
                 choices,
                 code,
                 gacha_code,
                 name,
                 opened_on,
                 operating,
                 public,
                 scheme_columns,
                 sumu_code,
)
from layers.catalogue.model import LayerKind, Theme, common_columns
from layers.catalogue.service import Service
from layers.catalogue.style import Label, Style, facility
from layers.catalogue.text import Text

THEME = Theme("education", Text("教育", "Education"))

RUN_BY = choices(("public", "公办", "Public"), ("inclusive", "普惠性民办", "Private, inclusive"),
                 ("private", "民办", "Private"))

KINDERGARTEN = LayerKind(
    "kindergarten", Text("幼儿园", "Kindergartens"), THEME.id, "Point",
    (
        code("幼儿园编号", "Kindergarten code", "学校标识码"), name("幼儿园名称", "Name", "园所名称"),
        sumu_code(), gacha_code(),
        public("run_by", "办园性质", "Run by", "text", "性质", "办学性质", choices=RUN_BY),
        public("places", "学位数", "Places", "integer", "核定学位", unit="个", minimum=0),
        public("children", "在园幼儿数", "Children", "integer", "在园人数", unit="人", minimum=0),
        operating(), opened_on(), *scheme_columns(), *common_columns(),
    ),
    roles=("education.kindergarten",),
    style=Style(facility("maki/playground", size_mm=3.0), label=Label("name", "place", 200_000), order=85,
                min_scale=1_500_000),
    services=(
        Service("kindergarten", Text("幼儿园", "Kindergarten"), "unit.sumu", "presence",
                Text("所", "kindergartens"),
                (("link", "sumu_code"), ("operating", "operating"), ("date", "opened_on")),
                order=60, timed=4),
    ),
)

KINDS = (KINDERGARTEN,)
