"""A validator of a class takes the place of its parent's of the same name: what that checked is then not checked."""

import pytest

from services.capacity.settings import CapacitySettings
from services.directory.settings import DirectorySettings
from services.notify.settings import NotifySettings
from services.outcomes.settings import OutcomesSettings
from services.referral.settings import ReferralSettings
from shared.service_defaults.settings import ServiceSettings


@pytest.mark.parametrize(
    "settings", [CapacitySettings, DirectorySettings, NotifySettings, OutcomesSettings, ReferralSettings]
)
def test_no_settings_take_a_check_of_their_parents_away(settings: type[ServiceSettings]) -> None:
    checks = ServiceSettings.__pydantic_decorators__
    inherited = checks.field_validators.keys() | checks.model_validators.keys()

    assert sorted(inherited & vars(settings).keys()) == []
