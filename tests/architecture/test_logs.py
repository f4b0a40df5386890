"""Logs go where docs/security.md says and nowhere else."""

from typing import Any

import pytest
import yaml

from tests.architecture.test_dangerous_functions import FILES, ROOT, calls, dotted

SECURITY = (ROOT / "docs" / "security.md").read_text()
COMPOSE: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
# What takes lines somewhere: handlers of the standard library, loggers of structlog, further places by name.
TAKES_LINES = ("Handler", "LoggerFactory", "addHandler", "basicConfig", "fileConfig", "dictConfig", "syslog")
WHERE = {
    ("shared/service_defaults/structured_logging.py", "logging.StreamHandler"),
    ("shared/service_defaults/structured_logging.py", "structlog.stdlib.LoggerFactory"),
}


@pytest.mark.asvs("V16.2.3")
def test_our_code_logs_to_standard_output_alone() -> None:
    found = {
        (str(file.relative_to(ROOT)), dotted(call.func))
        for file in FILES
        for call in calls(file)
        if dotted(call.func).endswith(TAKES_LINES)
    }

    assert found == WHERE
    assert (
        "logging.StreamHandler(sys.stdout)"
        in (ROOT / "shared/service_defaults/structured_logging.py").read_text()
    )


@pytest.mark.parametrize("name", COMPOSE)
@pytest.mark.asvs("V16.2.3")
def test_containers_keep_as_much_as_is_written_down(name: str) -> None:
    logging = COMPOSE[name]["logging"]

    assert (logging["driver"], logging["options"]) == ("local", {"max-size": "10m", "max-file": "5"})
    assert "5 files of 10 MB each" in SECURITY
