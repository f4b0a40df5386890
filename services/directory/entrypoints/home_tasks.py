"""What needs somebody now, by role. How many there are is said by the service that owns the page, under its own check."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from shared.web.tasks import Task, TaskGroup

REFER = Task("Refer someone", "/directory/refer", "Ask the person first")
SEARCH = Task("Look for a service", "/services", "Groups, advice and people near you")
GIVE_A_LIST = Task(
    "Give somebody a list of services", "/directory/prescription", "On paper or by a link, without a referral"
)
DIGESTS = Task("Get what is on by email", "/directory/digests", "Each week, near a place that you choose")
NEEDS_A_PERSON = Task(
    "See who needs a person now",
    "/referral/needs-a-person",
    "Something was not done for them in time",
    counted_at="/referral/needs-a-person",
)
TO_CHOOSE = Task(
    "See who has to choose a group",
    "/referral/to-choose",
    "And choose with them, or for them",
    counted_at="/referral/to-choose",
)
AGAIN = Task(
    "See who was referred before for the same",
    "/referral/referred-again",
    "And what became of it",
    counted_at="/referral/referred-again",
)
HOW_WE_ASK = Task(
    "Say how groups are asked in your area",
    "/referral/how-we-ask",
    "The best at once, or the person chooses first",
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
INVITE = Task(
    "Invite people to an event", "/referral/invitations", "By what they need, if they said that we may"
)
NO_HELP = Task(
    "See who you referred and has no help yet",
    "/referral/referred/without-help",
    "Nothing was found, they stopped, or a group did not answer",
    counted_at="/referral/referred/without-help",
)
PLACED = Task(
    "See who you referred and got a place",
    "/referral/referred/placed",
    "In the last 7 days",
    counted_at="/referral/referred/placed",
)
SPACE_TOLD = Task(
    "Say what a group told you of its space", "/capacity/phoned", "After you spoke to them on the phone"
)
BOARD = Task(
    "See your board, and say how much space you have", "/capacity/board", "Space, offers and people with you"
)
SPACE_NOW = Task("See how much space there is", "/capacity/board", "In your areas, as groups said")
FIGURES = Task(
    "See what became of referrals",
    "/outcomes/summary",
    "By borough, with how each number is made",
    counted_at="/outcomes/summary",
)
OUR_FIGURES = Task("See your figures", "/outcomes/summary", "With how each number is made")
TURNED_AWAY = Task(
    "See refusals, waits and dead ends",
    "/referral/turned-away",
    "With their reasons, to take away for a bid",
)
AUDIT = Task(
    "See who has seen records", "/referral/audit", "In your areas, by person, by who acted and by day"
)
DUPLICATES = Task(
    "See which services may be there twice", "/directory/duplicates", "Look at two side by side and decide"
)
MEMBERS = Task("See who works here", "/directory/members", "And what each of them may do")
WITHOUT_ROLE = Task(
    "See who works here, and who has no role yet",
    "/directory/members",
    "And what each of them may do",
    counted_at="/directory/members",
)
LINKS = Task(
    "Stop a group's links", "/directory/organisations", "When they went to a wrong address, and send new ones"
)
FEEDS = Task(
    "See the lists that we read", "/directory/feeds", "What came from councils and groups, record by record"
)
GAPS = Task(
    "See where support is missing", "/directory/gaps", "By ward and need, against how many ask for it"
)
ENTRIES = Task(
    "Look after entries", "/directory/entries", "What people see of services, and is it still right?"
)

BY_ROLE: Mapping[str, Sequence[Task]] = {
    "referrer": (NO_HELP, TO_CHOOSE, PLACED, REFER, SEARCH, GIVE_A_LIST, DIGESTS),
    "link-worker": (
        TO_CHOOSE,
        AGAIN,
        WAITING,
        NOT_ANSWERED,
        INVITE,
        SPACE_NOW,
        REFER,
        SEARCH,
        GIVE_A_LIST,
        DIGESTS,
    ),
    "provider-staff": (TO_ANSWER, BOARD, OUR_FIGURES, TURNED_AWAY, ENTRIES, LINKS),
    "volunteer": (),
    "signposter": (SEARCH, GIVE_A_LIST, DIGESTS),
    "coordinator": (
        NEEDS_A_PERSON,
        TO_CHOOSE,
        AGAIN,
        WAITING,
        NOT_ANSWERED,
        INVITE,
        SPACE_NOW,
        REFER,
        SEARCH,
        GIVE_A_LIST,
        DIGESTS,
        SPACE_TOLD,
        HOW_WE_ASK,
        FIGURES,
        TURNED_AWAY,
        GAPS,
        ENTRIES,
        DUPLICATES,
        WITHOUT_ROLE,
        LINKS,
        FEEDS,
    ),
    "commissioner": (FIGURES, TURNED_AWAY, GAPS, SEARCH),
    "auditor": (AUDIT, MEMBERS),
    "operator": (ENTRIES, DUPLICATES, WITHOUT_ROLE, LINKS, FEEDS, GAPS),
}


def tasks_for(roles: AbstractSet[str]) -> list[TaskGroup]:
    """Each thing once, in the order of the table, however many roles ask for it."""
    tasks: dict[str, Task] = {}
    for role, wanted in BY_ROLE.items():
        if role in roles:
            tasks |= {task.title: task for task in wanted}
    return [TaskGroup("What needs me now", list(tasks.values()), "Nothing right now. You are up to date.")]
