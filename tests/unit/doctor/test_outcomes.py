"""Every check in every outcome, and that nobody who reads one is left without a cause, or without what to do."""

import pytest

from tests.support.doctor_cases import CASES
from tests.support.doctoring import look
from tui.doctor.check import Status
from tui.doctor.checks import BY_ID, CHECKS
from tui.doctor.symptoms import SYMPTOMS, UNSEEN

ALL = {f"{check.id}/{cause}" for check in CHECKS for cause in check.causes}
WITHOUT_REMEDY = {"brokerage/held", "competing/untold", "keep-alive/unproven", "positions/cut", "reset/soon"}
"""Warnings that something else says what to do about, or nothing is to be done."""


@pytest.mark.parametrize("case", CASES)
async def test_a_check_tells_it(case: str) -> None:
    status, make = CASES[case]
    check, cause = case.split("/")
    outcome = await look(make(), check)
    assert (outcome.status, outcome.cause) == (status, cause)
    if status in {Status.FAILED, Status.WARNED}:
        assert len(outcome.means) > 30
        assert outcome.means.endswith((".", "”"))
        assert outcome.looked_at or case == "java/unknown"
        assert outcome.remedy is not None or case in WITHOUT_REMEDY | {"process/none"}
    if status is Status.SKIPPED:
        assert outcome.evidence


def test_every_outcome_of_every_check_has_a_case() -> None:
    assert set(CASES) == ALL


def test_checks_need_what_comes_before_them_and_have_an_id_each() -> None:
    ids = [check.id for check in CHECKS]
    assert len(set(ids)) == len(ids) == len(BY_ID)
    for at, check in enumerate(CHECKS):
        assert set(check.needs) <= set(ids[:at])
        assert check.causes


GATEWAY = (
    "port-busy port-70000 port-0 keystore plus-in-path upstream-null upstream-absent bad-conf started-in-bin no-java "
    "no-arguments plain-http upstream-scheme environment upstream-unreachable orphaned conf-edited hangs "
    "edge-denied tws"
)
GUIDES = (
    "connection-refused not-authenticated api-401 certificate call-times-out tunnel running-not-authenticated "
    "connection-timeout"
)


def test_the_table_of_symptoms_is_whole() -> None:
    sources = [symptom.source for symptom in SYMPTOMS]
    assert len(set(sources)) == len(sources)
    rows = {int(source.split()[1]) for source in sources if source.startswith("web-api")}
    assert rows | set(UNSEEN) == set(range(1, 42))
    assert not rows & set(UNSEEN)
    assert {f"gateway {name}" for name in GATEWAY.split()} <= set(sources)
    assert {f"guide {name}" for name in GUIDES.split()} <= set(sources)


def test_each_symptom_has_its_test_and_each_failure_its_symptom() -> None:
    told = {each for symptom in SYMPTOMS for each in symptom.told_by}
    assert told <= set(CASES)
    amiss = {case for case, (status, _) in CASES.items() if status in {Status.FAILED, Status.WARNED}}
    assert amiss <= told
