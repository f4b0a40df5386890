"""What the directory refuses, each with the field and the rule."""

from uuid import UUID


class DirectoryError(Exception):
    """Base of everything that the directory refuses."""


class RecordRefused(DirectoryError):
    """One record of a feed cannot be taken. The text never repeats the record's values."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


class FeedRefused(DirectoryError):
    """A whole feed cannot be read. The text is one line for the person who asked for it."""


class PrivateAddress(FeedRefused):
    """The text is for the page about the list; the command has an option of its own."""

    def __init__(self) -> None:
        super().__init__(
            "The feed's address is inside a private network. Add the list again with an address that anybody can "
            "reach, or with no address, and send its file. Whoever runs the directory can allow such addresses with "
            "DIRECTORY_FEEDS_FROM_PRIVATE_NETWORKS."
        )


class RunTakenOver(DirectoryError):
    """Another worker reads this feed by now, or its run has ended."""

    def __init__(self, run_id: UUID) -> None:
        super().__init__(f"Run {run_id} is in other hands.")
        self.run_id = run_id


class SourceNotFound(DirectoryError):
    """There is no such source of feeds, or no such run."""


class SourceBusy(DirectoryError):
    """The source is being read right now."""


class ServiceNotFound(DirectoryError):
    """No service has this id."""

    def __init__(self, service_id: UUID) -> None:
        super().__init__(f"There is no service {service_id}.")
        self.service_id = service_id


class ServiceChangedMeanwhile(DirectoryError):
    """Somebody else has changed the service since it was looked at."""

    def __init__(self, service_id: UUID) -> None:
        super().__init__(f"Service {service_id} has changed since it was looked at.")
        self.service_id = service_id


class RevisionNotFound(DirectoryError):
    """The entry has no such revision."""


class CannotBeUndone(DirectoryError):
    """The change was taken back already, was nobody's by hand, or later ones stand upon it."""

    def __init__(self, fields: frozenset[str] = frozenset()) -> None:
        super().__init__("This change cannot be taken back.")
        self.fields = fields


class EntryDoesNotFit(DirectoryError):
    """The fields together are no service, each of them though it may be right."""


class OrganisationNotFound(DirectoryError):
    """No organisation has this id."""

    def __init__(self, organisation_id: UUID) -> None:
        super().__init__(f"There is no organisation {organisation_id}.")
        self.organisation_id = organisation_id


class NoAddressKnown(DirectoryError):
    """The organisation has given no address for messages."""

    def __init__(self, organisation_id: UUID) -> None:
        super().__init__(f"Organisation {organisation_id} has no address for messages.")
        self.organisation_id = organisation_id


class NotOfThisOrganisation(DirectoryError):
    """The pool or service that a link is wanted for belongs to somebody else."""

    def __init__(self, organisation_id: UUID) -> None:
        super().__init__(f"Organisation {organisation_id} does not run this.")
        self.organisation_id = organisation_id


class NobodyByThatSubject(DirectoryError):
    """Whoever signed in at the provider is no member here."""


class NoLiveSession(DirectoryError):
    """The browser's session is none, has ended, or is a member's who may no longer come in."""


class MemberNotFound(DirectoryError):
    """No member has this id, or none of whom the caller may know."""


class MembershipNotFound(DirectoryError):
    """The member has no such role."""


class RoleDoesNotFit(DirectoryError):
    """The role is not held there: some need an area, some an organisation as well."""


class OrganisationElsewhere(DirectoryError):
    """The organisation runs no service in the area, or is not known."""


class ReachesTooMany(DirectoryError):
    """Somebody would reach more organisations than an access token has room for."""


class AlreadyMember(DirectoryError):
    """Somebody with this sign-in is a member already."""


class NameMissing(DirectoryError):
    """A member has no name, or no reference by which their sign-in is known."""


class ClientCountsNowhere(DirectoryError):
    """A system is bound to no area and no organisation."""


class ClientRefused(DirectoryError):
    """No such system, a wrong secret, or a system that may no longer call."""


class ScopeRefused(DirectoryError):
    """The system asked for a scope that it does not have."""


class PairNotFound(DirectoryError):
    """Nobody has found these two services to be likely the same."""


class PairDecided(DirectoryError):
    """The two have been decided about already, or there is nothing to undo."""


class NotShownAnyMore(DirectoryError):
    """One of the two is merged into another one, or does not run any more."""
