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


class ServiceNotFound(DirectoryError):
    """No service has this id."""

    def __init__(self, service_id: UUID) -> None:
        super().__init__(f"There is no service {service_id}.")
        self.service_id = service_id


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
