"""Progress beside the result: on the error stream, so that what is printed as JSON stays JSON."""

from deploy.local.progress import Progress


class Aside(Progress):
    def say(self, line: str) -> None:
        self.warn(line)
