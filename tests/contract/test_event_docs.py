"""The committed pages about events say what the catalogue and the topics say."""

from pathlib import Path

from shared.messaging.event_docs import differences, write


def test_the_committed_pages_are_what_the_catalogue_and_topics_say() -> None:
    assert differences() == []


def test_a_page_that_differs_or_is_missing_or_strays_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "events.md").write_text("something else")
    (tmp_path / "asyncapi" / "notify.json").unlink()
    (tmp_path / "asyncapi" / "pharmacy.json").write_text("{}")

    named = {fault.split(" ")[0] for fault in differences(tmp_path)}

    assert named == {"docs/events.md", "docs/asyncapi/notify.json", "docs/asyncapi/pharmacy.json"}
