"""Open Referral UK attributes → codes of our taxonomies, pools, and the terms of other people's taxonomies."""

from dataclasses import dataclass, field
from typing import cast

from services.directory.domain.assurance import Assurer
from services.directory.domain.joining import JoinWay
from services.directory.domain.listing import OtherTerm
from services.directory.domain.service import DeliveryMode, Pool, PoolKind, Sex
from services.directory.oruk import our_taxonomies as ours
from services.directory.oruk.field_reader import FieldReader
from services.directory.oruk.other_taxonomies import is_added_by_us, meaning_of

SCHEDULE = "schedule"  # the kind of link from a pool to the opening that says when it is


@dataclass(slots=True)
class Attributes:
    """What the attributes of one record say, sorted by taxonomy."""

    codes: dict[str, list[str]] = field(default_factory=dict)
    pools: list[Pool] = field(default_factory=list)
    other_terms: list[OtherTerm] = field(default_factory=list)

    def codes_of(self, taxonomy: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.codes.get(taxonomy, [])))

    @property
    def delivery(self) -> tuple[DeliveryMode, ...]:
        return cast("tuple[DeliveryMode, ...]", self.codes_of(ours.DELIVERY))

    @property
    def worker_sexes(self) -> tuple[Sex, ...]:
        return cast("tuple[Sex, ...]", self.codes_of(ours.WORKER_SEX))

    @property
    def ways_to_join(self) -> tuple[JoinWay, ...]:
        return cast("tuple[JoinWay, ...]", self.codes_of(ours.JOIN))

    @property
    def assurer(self) -> Assurer:
        return next(iter(cast("tuple[Assurer, ...]", self.codes_of(ours.ASSURER))), "source")

    @property
    def sensitive(self) -> bool:
        return ours.HIDDEN_ADDRESS in self.codes_of(ours.SAFETY)


def read_attributes(record: FieldReader) -> Attributes:
    """A code that our taxonomies do not have is refused: a misspelt need would send people nowhere."""
    found = Attributes()
    service_id = record.optional_uuid("id")
    for attribute in record.objects("attributes"):
        term = attribute.optional_object("taxonomy_term")
        if term is None:
            attribute.remark("taxonomy_term", "missing")
            continue
        taxonomy = term.optional_text("taxonomy") or ""
        if not taxonomy.startswith(ours.OUR_PREFIX):
            if not is_added_by_us(service_id, attribute.uuid("id")):
                found.other_terms.append(_other_term(attribute, term))
            continue
        code = term.text("term")
        if not ours.has_term(taxonomy, code):
            raise term.refuse("term", "not-in-the-taxonomy")
        if taxonomy == ours.POOLS:
            found.pools.append(_pool(attribute, cast("PoolKind", code)))
        else:
            found.codes.setdefault(taxonomy, []).append(code)
    if len({pool.id for pool in found.pools}) < len(found.pools):
        raise record.refuse("attributes", "pool-id-repeated")
    _take_meanings(found, record)
    return found


def _take_meanings(found: Attributes, record: FieldReader) -> None:
    """Who speaks in our codes means them; of others, what is known to mean a need or a group of ours."""
    if found.codes.keys() & {ours.NEEDS, ours.GROUPS}:
        return
    for term in found.other_terms:
        meaning = meaning_of(term)
        if meaning is not None:
            taxonomy, code = meaning
            found.codes.setdefault(taxonomy, []).append(code)
            record.remark("attributes", f"read-as-{code}")


def _pool(attribute: FieldReader, kind: PoolKind) -> Pool:
    linked = attribute.optional_text("link_type") == SCHEDULE
    opening_id = attribute.optional_uuid("link_id") if linked else None
    return Pool(attribute.uuid("id"), kind, attribute.text("value"), opening_id)


def _other_term(attribute: FieldReader, term: FieldReader) -> OtherTerm:
    return OtherTerm(
        id=attribute.uuid("id"),
        term_id=term.uuid("id"),
        name=term.text("name"),
        description=term.text("description"),
        taxonomy=term.optional_text("taxonomy"),
        taxonomy_id=term.optional_uuid("taxonomy_id"),
        term=term.optional_text("term") or term.optional_text("code"),  # HSDS has another name for it
        term_uri=term.optional_url("term_uri"),
        parent_id=term.optional_uuid("parent_id"),
        link_type=attribute.optional_text("link_type"),
    )
