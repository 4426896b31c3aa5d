import pickle

from layers.errors import InputError, PlannerError, RuleError, StoreError


def test_errors_travel_between_processes_with_code_and_fields():
    for kind in (InputError, RuleError, StoreError):
        error = kind("too_far", count=3, code_of_gacha="150724")
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is kind and isinstance(again, PlannerError)
        assert (again.code, again.fields) == ("too_far", {"count": 3, "code_of_gacha": "150724"})
        assert str(again) == "too_far (count=3, code_of_gacha='150724')"


def test_a_field_may_be_called_code():
    assert InputError("unknown_gacha", code="150724").fields == {"code": "150724"}
