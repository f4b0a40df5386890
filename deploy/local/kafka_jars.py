"""Fetches Apache Kafka's jars by their Maven coordinates and accepts them only as the committed list has them."""

from __future__ import annotations

import hashlib
import os
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.local.errors import StartFailed
from deploy.local.progress import DownloadLine, Progress

if TYPE_CHECKING:
    from jgo.maven import Artifact, MavenContext

KAFKA_VERSION = "4.1.0"
# Resolved one by one: together, the logging binding's BOM would pull kafka-clients back to an older version.
COORDINATES = (
    ("org.apache.kafka", "kafka_2.13", KAFKA_VERSION),
    ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.24.3"),
)
LISTED_JARS = Path(__file__).with_name("kafka_jars.sha256")
COPY_DEPENDENCIES = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>kith</groupId><artifactId>jars</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>
  </dependency></dependencies>
</project>
"""


def ensure_kafka_jars(folder: Path, progress: Progress, *, log: Path) -> None:
    expected = read_list(LISTED_JARS.read_text())
    if not differences(expected, hashes_of(folder)):
        return
    progress.say(f"Fetching Apache Kafka {KAFKA_VERSION}: {len(expected)} jars, 44 MB")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="kafka-") as work:
        libs = Path(work) / "libs"
        libs.mkdir()
        fetch(Path(work), libs, progress, files=len(expected), log=log)
        wrong = differences(expected, hashes_of(libs))
        if wrong:
            raise StartFailed(
                f"Kafka's jars are not the ones listed in {LISTED_JARS.name}: {'; '.join(wrong[:4])}",
                what_to_do="Nothing of them was kept. Check the Maven mirror in use, then run this again",
            )
        shutil.rmtree(folder, ignore_errors=True)
        libs.rename(folder)


def read_list(text: str) -> dict[str, str]:
    """Lines as `sha256sum` writes them → file name: hash."""
    pairs = (line.split() for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {name: digest for digest, name in pairs}


def hashes_of(folder: Path) -> dict[str, str]:
    return {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in sorted(folder.glob("*.jar"))}


def differences(expected: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    missing = [f"{name} is missing" for name in sorted(expected.keys() - found.keys())]
    extra = [f"{name} is not listed" for name in sorted(found.keys() - expected.keys())]
    changed = [
        f"{name} differs" for name in sorted(expected.keys() & found.keys()) if expected[name] != found[name]
    ]
    return changed + extra + missing


def fetch(work: Path, libs: Path, progress: Progress, *, files: int, log: Path) -> None:
    maven = shutil.which("mvn")
    if maven and fetch_with_maven(maven, work, libs, log=log):
        return
    if maven:
        progress.say(f"mvn could not fetch them (log: {log}); trying without it")
        shutil.rmtree(libs)
        libs.mkdir()
    try:
        fetch_with_jgo(work / "repository", libs, progress, files=files, log=log)
    except StartFailed:
        certificates = trusted_by_this_machine(os.environ)
        if certificates is None:
            raise
        progress.say("Trying once more, with the certificates that this machine trusts")
        os.environ["REQUESTS_CA_BUNDLE"] = certificates
        fetch_with_jgo(work / "repository", libs, progress, files=files, log=log)


def trusted_by_this_machine(environment: Mapping[str, str]) -> str | None:
    """Beside its own list, requests (under jgo) takes one that it is told of, and no other: none told, none taken."""
    if {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"} & environment.keys():
        return None
    known = ssl.get_default_verify_paths()
    return known.cafile or known.capath


def fetch_with_maven(maven: str, work: Path, libs: Path, *, log: Path) -> bool:
    log.parent.mkdir(parents=True, exist_ok=True)
    for group, artifact, version in COORDINATES:
        project = work / artifact
        project.mkdir()
        (project / "pom.xml").write_text(POM.format(group=group, artifact=artifact, version=version))
        command = [
            maven,
            "-B",
            "-q",
            COPY_DEPENDENCIES,
            "-DincludeScope=runtime",
            f"-DoutputDirectory={libs}",
        ]
        with log.open("ab") as output:
            done = subprocess.run(
                command, cwd=project, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
            )
        if done.returncode != 0:
            return False
    return True


def fetch_with_jgo(repository: Path, libs: Path, progress: Progress, *, files: int, log: Path) -> None:
    # Imported here: it costs 0.3 s, and a second start has no need of it.
    from jgo.maven import MavenContext

    line = DownloadLine(progress, "Apache Kafka", files=files)

    def copy(artifact: Artifact) -> None:
        jar = Path(artifact.resolve())
        shutil.copyfile(jar, libs / jar.name)
        line.fetched(jar.stat().st_size)

    context = MavenContext(repo_cache=repository, local_repos=[], timeout=60)
    try:
        artifacts = [found for coordinate in COORDINATES for found in resolve(context, *coordinate)]
        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(copy, artifacts))
    except (OSError, RuntimeError, ValueError) as problem:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as output:
            output.write(f"{problem!r}\n")
        raise StartFailed(
            f"Apache Kafka {KAFKA_VERSION} could not be fetched from Maven Central ({type(problem).__name__})",
            what_to_do="Check the connection and run this again, or set KITH_KAFKA to a Kafka that is there",
            log=log,
        ) from problem


def resolve(context: MavenContext, group: str, artifact: str, version: str) -> list[Artifact]:
    from jgo.parse import Coordinate

    wanted = Coordinate(groupId=group, artifactId=artifact, version=version, scope="compile")
    inputs, transitive = context.resolver.resolve([context.create_dependency(wanted)])
    needed = [dependency for dependency in transitive if dependency.scope in {"compile", "runtime"}]
    return [dependency.artifact for dependency in (*inputs, *needed)]
