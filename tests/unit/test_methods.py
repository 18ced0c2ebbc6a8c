"""METHODS against params.yaml."""

import re
from collections import Counter

import pytest
from conftest import ROOT

from aeflow.errors import InputError
from nids.base.yaml import read_yaml
from nids.methods import METHODS, PRINTED, STUDIED, Nothing, of_arm
from nids.params import Params

PARAMS = read_yaml(ROOT / "params.yaml")
ARMS = dict.fromkeys(method.arm for method in METHODS.values())


def test_each_arm_is_a_section_with_a_key_for_each_of_its_methods() -> None:
    for arm in ARMS:
        if arm in METHODS:
            assert of_arm(arm) == (arm,)
        else:
            assert set(PARAMS[arm]) == set(of_arm(arm))
    assert sorted(method for arm in ARMS for method in of_arm(arm)) == sorted(METHODS)


def test_an_arm_that_does_not_exist_is_refused_in_one_line() -> None:
    names = ", ".join(ARMS)
    with pytest.raises(InputError, match=rf"^arm 'bas\\nelines': there is none of this name; choose from {names}$"):
        of_arm("bas\nelines")


def test_no_arm_has_the_name_of_another_section() -> None:
    assert not set(ARMS) & set(Params.model_fields)
    assert set(PARAMS) == {*ARMS, *Params.model_fields}


def test_settings_of_another_method_are_that_methods(params: Params) -> None:
    """Where it has the same sampler, and none of its own."""
    sharing = {key: method.settings_of for key, method in METHODS.items() if method.settings_of}
    assert sharing == {"ae_flow_all": "ae_flow"}
    for key, other in sharing.items():
        assert METHODS[key].settings is Nothing
        assert METHODS[key].sampler == METHODS[other].sampler
        assert params.of(key) == params.of(other) != {}
    changed = params.model_copy(update={"ae_flow": getattr(params, STUDIED).model_copy(update={"latent_dim": 3})})
    assert changed.of("ae_flow_all")["latent_dim"] == 3


def test_rows_are_the_same_for_every_seed_where_nothing_is_drawn_and_nothing_left_out() -> None:
    assert {key for key, method in METHODS.items() if method.same_rows} == {"raw", "class_weight_all"}
    for method in METHODS.values():
        assert method.same_rows == (not method.sampler and not method.undersampled)


def test_methods_on_all_rows_leave_none_out_and_weigh_the_classes() -> None:
    assert of_arm("all_rows") == ("class_weight_all", "ae_flow_all")
    assert all(METHODS[key].weighted and not METHODS[key].undersampled for key in of_arm("all_rows"))


def test_stages_know_each_arm_and_where_its_settings_stand() -> None:
    """A change of a section runs the stages of the arms that read it."""
    environment = read_yaml(ROOT / "stages/environment.yaml")
    assert set(environment["arms"]) == {METHODS[method].arm for method in PRINTED}
    assert set(environment["all_arms"]) == set(ARMS)
    for arm, section in environment["all_arms"].items():
        read = {METHODS[METHODS[method].settings_of or method].arm for method in of_arm(arm) if METHODS[method].sampler}
        assert read <= {arm, section}
        assert section in {arm, *read}


def test_paper_settings_of_ae_flow_are_among_the_stable_ones(params: Params) -> None:
    assert set(params.of("ae_flow_paper")) < set(params.of("ae_flow"))


@pytest.mark.parametrize("what", ["name", "colour"])
def test_no_two_methods_look_the_same(what: str) -> None:
    found = Counter(getattr(method, what) for method in METHODS.values())
    assert [value for value, count in found.items() if count > 1] == []


def test_colours_are_written_as_hex() -> None:
    assert all(re.fullmatch("#[0-9a-f]{6}", method.colour) for method in METHODS.values())


def test_the_papers_methods_have_a_row_in_each_of_its_tables() -> None:
    paper = read_yaml(ROOT / "data/paper.yaml")
    assert STUDIED in PRINTED
    for table in ("table4", "table5", "table6"):
        assert {METHODS[method].paper for method in PRINTED} == set(paper[table])
