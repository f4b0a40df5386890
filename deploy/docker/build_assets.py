"""`python -m deploy.docker.build_assets FOLDER`: the pages' styles and scripts, built as `./kith up` builds them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from deploy.local.assets import ensure_assets
from deploy.local.errors import StartFailed
from deploy.local.progress import Progress


def main(folder: Path, log: Path) -> int:
    try:
        ensure_assets(folder, Progress(), log=log)
    except StartFailed as failed:
        print(failed.one_line(), log.read_text(errors="replace"), sep="\n", file=sys.stderr)
        return 1
    shutil.rmtree(folder / "for-tests")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path("assets.log")))
