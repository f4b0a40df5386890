"""What needs somebody now, by role. How many there are is said by the service that owns the page, under its own check."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from shared.web.tasks import Task, TaskGroup

REFER = Task("Refer someone", "/directory/refer", "Ask the person first")
SEARCH = Task("Look for a service", "/services", "Groups, advice and people near you")
GIVE_A_LIST = Task(
    "Give somebody a list of services", "/directory/prescription", "On paper or by a link, without a referral"
)
WAITING = Task(
    "See how many people wait for help",
    "/referral/waiting",
    "In your areas, by what they want help with",
    counted_at="/referral/waiting",
)
NOT_ANSWERED = Task(
    "See how many people wait for a group's answer",
    "/referral/offers",
    "In your areas",
    counted_at="/referral/offers",
)
TO_ANSWER = Task(
    "See how many people wait for your answer",
    "/referral/offers",
    "Answer with the link in our message to your group",
    counted_at="/referral/offers",
)
SPACE = Task("Say how much space you have", "/directory/groups", "With the link that we emailed to you")
FIGURES = Task(
    "See what became of referrals", "/outcomes/summary", "By borough, with how each number is made"
)
AUDIT = Task(
    "See who has seen records", "/referral/audit", "In your areas, by person, by who acted and by day"
)
MEMBERS = Task("See who works here", "/directory/members", "And what each of them may do")

BY_ROLE: Mapping[str, Sequence[Task]] = {
    "referrer": (REFER, SEARCH, GIVE_A_LIST),
    "link-worker": (WAITING, NOT_ANSWERED, REFER, SEARCH, GIVE_A_LIST),
    "provider-staff": (TO_ANSWER, SPACE),
    "volunteer": (),
    "signposter": (SEARCH, GIVE_A_LIST),
    "coordinator": (WAITING, NOT_ANSWERED, REFER, SEARCH, GIVE_A_LIST, FIGURES, MEMBERS),
    "commissioner": (FIGURES, SEARCH),
    "auditor": (AUDIT, MEMBERS),
    "operator": (MEMBERS,),
}


def tasks_for(roles: AbstractSet[str]) -> list[TaskGroup]:
    """Each thing once, in the order of the table, however many roles ask for it."""
    tasks: dict[str, Task] = {}
    for role, wanted in BY_ROLE.items():
        if role in roles:
            tasks |= {task.title: task for task in wanted}
    return [TaskGroup("What needs me now", list(tasks.values()), "Nothing right now. You are up to date.")]
