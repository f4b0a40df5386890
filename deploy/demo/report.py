"""What a run comes to: the figures, and whether all is as it should be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.demo.account import COUNTED, Account
from deploy.demo.answers import Answers
from deploy.demo.checker import Findings
from deploy.demo.latencies import Latencies
from deploy.demo.story import Story
from deploy.demo.wellbeing import Wellbeing

FIGURES = (
    ("Referred", "referred"),
    ("Needs", "needs"),
    ("Given a place", "placed"),
    ("Waited at some time", "waited"),
    ("Waiting now", "waiting_now"),
    ("Nothing suits", "unmet"),
    ("Times a provider said no", "declined"),
    ("Times a provider did not answer", "lapsed"),
    ("Started", "started"),
    ("Finished", "completed"),
    ("No longer wanted", "withdrawn"),
)


@dataclass
class Report:
    services: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    offers: int = 0
    asked_again: int = 0
    drained: int = 0
    drained_in_order: bool = False
    messages: int = 0
    summary_differences: list[str] = field(default_factory=list)
    wrong_messages: list[str] = field(default_factory=list)
    findings: Findings | None = None
    latencies: Latencies | None = None
    seconds: float = 0.0
    _told: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        right = not (self.summary_differences or self.wrong_messages) and self.drained_in_order
        read = self.findings is not None and self.findings.events > 0
        return right and read and self.findings is not None and self.findings.clean

    def summed_up(
        self,
        account: Account,
        wrong: list[str],
        wrong_in_mail: list[str],
        messages: int,
        answers: Answers,
        wellbeing: Wellbeing,
    ) -> None:
        """A later reckoning adds its faults to those of an earlier one, and replaces its figures."""
        self.counts = {name: account.total(name) for name in COUNTED}
        self.counts |= {
            f"referred_by_{door}": account.total(f"referred by {door}") for door in ("gp", "self")
        }
        self.counts["measures"] = len(wellbeing.answered)
        self.offers, self.messages = answers.offers, messages
        self.summary_differences += wrong
        self.wrong_messages += wrong_in_mail

    def checked(self, findings: Findings, found: Latencies) -> None:
        self.findings, self.latencies = findings, found

    def tell_summary(self, story: Story, after: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        gained = {name: after["all"][name] - before["all"][name] for _, name in FIGURES}
        story.table(
            [(title, gained[name]) for title, name in FIGURES if gained[name] != self._told.get(name)]
        )
        self._told = gained
        change, number = after["all"]["mean_paired_change"], after["all"]["paired_people"]
        story.tell(
            f"Mean change in wellbeing: {change} on SWEMWBS, of {number} people who ever answered before and "
            f"after; {after['all']['missing_follow_up']} answered before only."
        )
        if self.summary_differences:
            story.tell("The commissioner's summary is NOT what was done:")
            for each in self.summary_differences:
                story.tell(f"  {each}")
        else:
            story.tell("The commissioner's summary says the same, to the number, in each borough.")
        story.tell(
            f"{self.messages} messages were sent, each once."
            if not self.wrong_messages
            else f"Messages are wrong: {'; '.join(self.wrong_messages)}"
        )

    def tell_findings(self, story: Story) -> None:
        if self.findings is None or self.latencies is None:
            return
        story.table(
            [
                ("Places given beyond what was offered", len(self.findings.over_allocated)),
                ("Places given, or offers shown, after full", len(self.findings.after_full)),
                ("Lost", len(self.findings.lost)),
                ("Messages repeated", len(self.findings.repeated)),
            ]
        )
        for kind, number in self.findings.kinds().items():
            story.tell(f"  {kind}: {number}")
        waits = self.latencies.as_json()
        story.tell(
            f"From a referral to a place held, or a place in line: half within {waits['p50']} ms, "
            f"99 of 100 within {waits['p99']} ms ({waits['n']} needs; {self.findings.events} events read)."
        )

    def as_json(self) -> dict[str, Any]:
        findings = self.findings
        return {
            "ok": self.ok,
            "services": self.services,
            **self.counts,
            "offers": self.offers,
            "drained": self.drained,
            "drained_in_order": self.drained_in_order,
            "messages": self.messages,
            "wrong_messages": self.wrong_messages,
            "summary_differences": self.summary_differences,
            "post_to_held_or_waiting_ms": self.latencies.as_json() if self.latencies else None,
            **(findings.counts() if findings else {}),
            "fault_kinds": findings.kinds() if findings else None,
            "events": findings.events if findings else 0,
            "seconds": self.seconds,
        }
