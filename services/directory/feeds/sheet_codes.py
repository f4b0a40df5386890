"""The words of the simple sheet → codes: people write labels, programs write codes, and both are read."""

from collections.abc import Mapping
from functools import cache

from services.directory.oruk import our_taxonomies as ours
from shared.vocabulary import vocabulary


@cache
def codes_of(taxonomy: str) -> Mapping[str, str]:
    """Codes by code and by label; `Not for:` is what the column says already."""
    if taxonomy == ours.WORKER_LANGUAGE:
        return language_codes()
    named = {term.name.casefold(): code for code, term in ours.our_terms(taxonomy).items()}
    plain = {name.removeprefix("not for: ").removesuffix(" worker"): code for name, code in named.items()}
    return named | plain | {code: code for code in named.values()}


@cache
def language_codes() -> Mapping[str, str]:
    known = vocabulary.languages()
    return {language.label.casefold(): code for code, language in known.items()} | {
        code: code for code in known
    }


@cache
def borough_codes() -> Mapping[str, str]:
    known = vocabulary.boroughs()
    return {borough.name.casefold(): code for code, borough in known.items()} | {
        code.casefold(): code for code in known
    }
