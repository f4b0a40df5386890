"""The home page asks for counts only where the access table lets the role read them."""

from services.directory.entrypoints.home_tasks import BY_ROLE, tasks_for
from shared.access.roles import STAFF_ROLES, Role
from shared.access.table import TABLE
from shared.access.vocabulary import Thing, Verb

ASKED_OF = {
    "/referral/offers": (Verb.READ, Thing.OFFER),
    "/referral/waiting": (Verb.READ, Thing.WAITING_LIST),
    "/referral/referred-again": (Verb.READ, Thing.WAITING_LIST),
    "/referral/to-choose": (Verb.CHANGE, Thing.REFERRAL),
    "/referral/needs-a-person": (Verb.ASSIGN, Thing.REFERRAL),
    "/referral/referred/without-help": (Verb.READ, Thing.REFERRAL),
    "/referral/referred/placed": (Verb.READ, Thing.REFERRAL),
    "/outcomes/summary": (Verb.READ, Thing.SUMMARY),
    "/directory/members": (Verb.READ, Thing.MEMBERSHIP),
}


def test_every_role_has_its_tasks() -> None:
    assert set(BY_ROLE) == {str(role) for role in STAFF_ROLES}


def test_every_count_is_one_that_the_role_may_see() -> None:
    may = {(rule.role, rule.verb, rule.thing) for rule in TABLE}

    counted = [(Role(role), task) for role, tasks in BY_ROLE.items() for task in tasks if task.counted_at]

    assert counted
    for role, task in counted:
        assert task.href == task.counted_at, "without JavaScript the count is behind the link"
        assert (role, *ASKED_OF[str(task.counted_at)]) in may


def test_an_auditor_finds_the_auditors_page() -> None:
    assert "/referral/audit" in [task.href for group in tasks_for({"auditor"}) for task in group.tasks]


def test_a_task_of_two_roles_stands_once() -> None:
    [group] = tasks_for({"link-worker", "coordinator"})

    assert len(group.tasks) == len({task.title for task in group.tasks})
    assert group.tasks[0].counted_at == "/referral/to-choose"


def test_whoever_may_give_lists_is_offered_it_and_nobody_else() -> None:
    may_give = {
        str(rule.role) for rule in TABLE if (rule.verb, rule.thing) == (Verb.CREATE, Thing.PRESCRIPTION)
    }
    offered = {
        role for role, tasks in BY_ROLE.items() if "/directory/prescription" in {task.href for task in tasks}
    }

    assert offered == may_give


def test_a_signposter_may_search_and_give_lists_and_sees_no_record() -> None:
    assert {(rule.verb, rule.thing) for rule in TABLE if rule.role is Role.SIGNPOSTER} == {
        (Verb.CREATE, Thing.PRESCRIPTION),
        (Verb.READ, Thing.SIGNAL),
        (Verb.READ, Thing.SERVICE),
    }
