"""docs/security.md lists every key and secret that a setting can hold: what for, how made, changed and ended."""

import re

import pytest
from pydantic import SecretStr

from deploy.edge.settings import EdgeSettings
from services.capacity.settings import CapacitySettings
from services.directory.settings import DirectorySettings
from services.notify.settings import NotifySettings
from services.outcomes.settings import OutcomesSettings
from services.referral.settings import ReferralSettings
from shared.service_defaults.settings import ServiceSettings
from tests.architecture.test_dangerous_functions import ROOT

KEYS = (
    (ROOT / "docs" / "security.md").read_text().partition("## Keys and algorithms")[2].partition("\n## ")[0]
)
SETTINGS = (
    CapacitySettings, DirectorySettings, EdgeSettings, NotifySettings, OutcomesSettings, ReferralSettings,
)  # fmt: skip
IS_A_KEY = re.compile(r"(^|_)(keys?|secrets?|password)$")


def secret_settings() -> set[str]:
    """As the page names them: NAME_ for what every service has."""
    found = set()
    for settings in SETTINGS:
        for name, field in settings.model_fields.items():
            if IS_A_KEY.search(name) or "SecretStr" in str(field.annotation) or field.annotation is SecretStr:
                prefix = (
                    "NAME_" if name in ServiceSettings.model_fields else settings.model_config["env_prefix"]
                )
                found.add(f"{prefix}{name.upper()}")
    return found


@pytest.mark.asvs("V11.1.2")
def test_every_setting_that_holds_a_key_is_listed_with_how_it_is_made_changed_and_ended() -> None:
    lifetimes = KEYS.partition("| setting | made by | changed by | ended by |")[2].partition("\n\n")[0]
    listed = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", lifetimes))

    assert len(secret_settings()) > 8
    assert sorted(secret_settings() - listed) == []
