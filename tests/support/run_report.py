"""What the run's last line says: which real servers were used, by how many tests, and which data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

SERVERS = ("kafka", "postgres")


@dataclass
class RunReport:
    tests: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SERVERS, 0))
    servers: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in SERVERS})
    tests_run: int = 0

    def count(self, server: str) -> None:
        self.tests[server] += 1

    def used(self, server: str, description: str) -> None:
        if description not in self.servers[server]:
            self.servers[server].append(description)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)

    def add(self, other: RunReport) -> None:
        self.tests_run += other.tests_run
        for name in SERVERS:
            self.tests[name] += other.tests[name]
            for description in other.servers[name]:
                self.used(name, description)

    def last_line(self, data: str | None) -> str:
        parts = [
            f"{' and '.join(self.servers[name])} by {self.tests[name]} tests"
            for name in SERVERS
            if self.servers[name]
        ]
        servers = f"Real servers used: {'; '.join(parts)}" if parts else "No test needed Kafka or PostgreSQL"
        places = (
            f"national data from {data}"
            if data
            else "no KITH_DATA_DIR, so places come from the London pack alone"
        )
        return f"{servers}; {places}."
