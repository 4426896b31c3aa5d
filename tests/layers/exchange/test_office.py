"""Tables as an office program writes them (LibreOffice Calc 7.4): ODS, and XLS of Excel 97."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.catalogue.privacy import Privacy
from layers.exchange.preview import Options, preview

HERE = Path(__file__).parent / "office"


@pytest.mark.parametrize("file", ["clinics.ods", "clinics.xls"])
def test_a_table_of_an_office_program_is_read_as_it_stands(file, plan):
    """Codes with leading zeros stay text, numbers are numbers, days are days, degrees give places, and the
    column of 18-digit identity numbers is known as personal."""
    seen = preview(HERE / file, plan=plan, options=Options(kind="clinic", crs="4490"))
    assert (seen.declared, seen.read, seen.format) == (2, 2, "sheet")
    assert seen.open_questions == ()
    assert seen.values["code"] == ["W01", "007"] and seen.values["name"] == ["甲卫生室", "乙卫生室"]
    assert seen.values["doctors"] == [2, 1] and seen.values["opened_on"] == ["2021-05-01", "2022-11-30"]
    lonlat = plan.crs.to_lonlat([(point.x, point.y) for point in seen.geometry])
    assert lonlat.round(4).tolist() == [[119.7512, 48.6123], [119.8023, 48.7011]]
    assert seen.classes["身份证"][0] == Privacy.SENSITIVE and "身份证" in seen.unmapped
