"""A small real process for the supervisor to keep: it answers on a port, until it is told otherwise."""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.local.child import Child
from deploy.local.progress import Progress
from deploy.local.readiness import http_ready
from deploy.local.run_state import RunFiles
from deploy.local.supervisor import Stage, Supervisor

ANSWERING = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
WITH_GRANDCHILD = 'import subprocess\nsubprocess.Popen(["sleep", "300"])\n' + ANSWERING
FAILING = "import sys; print('settings are wrong', file=sys.stderr); sys.exit(3)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + ANSWERING


def stand_in(name: str, port: int, script: str = ANSWERING, *, stop_within_seconds: float = 5.0) -> Child:
    return Child(
        name=name,
        command=(sys.executable, "-I", "-c", script, str(port)),
        environment={},
        ports=(port,),
        ready=http_ready(f"http://127.0.0.1:{port}/"),
        url=f"http://127.0.0.1:{port}",
        stop_within_seconds=stop_within_seconds,
        ready_within_seconds=10,
    )


def supervise(folder: Path, *children: Child) -> Supervisor:
    files = RunFiles(folder / "run")
    files.folder.mkdir(parents=True, exist_ok=True)
    stages = [Stage(child.name, (child,)) for child in children]
    return Supervisor(stages, logs=folder / "logs", files=files, progress=Progress(), url="")
