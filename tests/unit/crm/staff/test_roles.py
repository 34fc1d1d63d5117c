"""The matrix of roles."""

from __future__ import annotations

from itertools import pairwise

import pytest

from crm.staff import roles


def test_each_role_may_do_what_the_one_before_it_may() -> None:
    rights = [roles.rights_of(role) for role in roles.ROLES]
    assert all(less < more for less, more in pairwise(rights))


def test_only_the_admin_may_do_everything() -> None:
    everything = {right.name for right in roles.MATRIX}
    assert [role for role in roles.ROLES if roles.rights_of(role) == everything] == [roles.ADMIN]


@pytest.mark.parametrize("right", ["see_history", "see_interests", "export", "edit_segments"])
def test_past_titles_and_inferred_interests_begin_with_outreach(right: str) -> None:
    assert [role for role in roles.ROLES if roles.may(role, right)] == [roles.OUTREACH, roles.ADMIN]


def test_a_viewer_sees_no_single_reader() -> None:
    assert roles.rights_of(roles.VIEWER) == {"see_figures", "see_segments", "see_copy"}


def test_a_role_that_does_not_exist_may_do_nothing() -> None:
    assert roles.rights_of("owner") == set()


def test_a_mistyped_right_is_found() -> None:
    with pytest.raises(KeyError):
        roles.may(roles.ADMIN, "see_patron")


def test_no_right_stands_twice_in_the_matrix_and_every_role_has_words() -> None:
    names = [right.name for right in roles.MATRIX]
    assert len(names) == len(set(names))
    assert set(roles.ROLE_WORDS) == set(roles.ROLE_MEANINGS) == set(roles.ROLES)
