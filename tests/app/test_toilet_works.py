"""Toilets in batches and to households through the command, on the sample."""

from __future__ import annotations

import shutil

import pytest

from app.actions.toilets import toilets
from app.session import Session
from layers.errors import RuleError
from tests.samples import sample_project


@pytest.fixture
def session(tmp_path):
    session = Session(author="tester")
    session.open(shutil.copyfile(sample_project(), tmp_path / "p.gpkg"))
    yield session
    session.close()


def test_a_scheme_gives_its_toilets_to_households_and_one_undo_takes_all_back(session):
    before = len(session.plan.table("toilet"))
    data = toilets(session, "甲", households=True).data
    made = data["households"]
    # every toilet of the quotas has a household, or is named as short
    assert made["served"] + sum(one["count"] for one in made["short"]) == sum(data["total_by_year"].values())
    assert made["served"] == sum(made["by_type"].values())
    assert len(session.plan.table("toilet")) == before + made["served"]
    session.undo()
    assert len(session.plan.table("toilet")) == before and not session.plan.documents.get("scheme")


def test_a_clash_is_told_in_words_and_nothing_is_kept(session):
    entries = len(session.history())
    with pytest.raises(RuleError) as told:
        toilets(session, "丙", batch=300, places=1, quotas="2022=900")
    words = [word.zh for word in told.value.fields["clash"]]
    assert any("2022 年要做满 900 座" in word for word in words) and any("最多 1 个嘎查" in word for word in words)
    assert len(session.history()) == entries


def test_in_batches_no_gacha_has_fewer_than_asked(session):
    data = toilets(session, "乙", batch=25, quotas="2022=300,2023=300").data
    assert all(row["count"] == 0 or row["count"] >= 25 for row in data["allocation"])
    assert data["crews"]["bound"] <= data["crews"]["moved"]
