"""All of federal law: the first sync, one with nothing new, one with one changed law. Prints a table. Linux.

    nice -n 10 .venv/bin/python -m benchmarks.ingest MIRROR FOLDER [--laws N]

MIRROR is a folder of the law mirror's layout; FOLDER is where the store is made, which stays. CPU and memory are those
of all processes of a sync together (memory: proportional set size, sampled twice a second).
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from assistant.config import ROOT
from assistant.store import Generation

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Run:
    """One sync, measured. `memory` is the peak in bytes."""

    seconds: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    said: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mirror", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--laws", type=int, help="only so many, evenly taken")
    options = parser.parse_args()
    config = _prepare(options.mirror.resolve(), options.folder.resolve(), options.laws)
    store = options.folder / "store"
    rows = []
    for name in ("first sync", "nothing changed", "one law changed"):
        if name == "one law changed":
            _change(options.folder / "mirror")
        run = _sync(config)
        passages = Generation.open(store).manifest.passages
        rate = f"{passages / run.seconds:,.0f}" if name == "first sync" else ""
        rows.append(f"| {name} | {run.seconds:.1f} | {run.cpu:.1f} | {run.memory / 1e6:,.0f} | {rate} |")
        print(run.said, file=sys.stderr)
    generation = Generation.open(store)
    print(f"{len(generation.sources)} laws, {generation.manifest.passages} passages; load {os.getloadavg()}")
    print("| sync | seconds | CPU seconds | peak memory, MB | passages/s |\n|---|---|---|---|---|")
    print("\n".join(rows))


def _prepare(mirror: Path, folder: Path, laws: int | None) -> Path:
    """A mirror of links, so that a law can be changed in it, and a configuration for it."""
    (folder / "mirror").mkdir(parents=True, exist_ok=True)
    slugs = sorted(file.parent.name for file in mirror.glob("*/xml.zip"))
    for slug in slugs[:: max(len(slugs) // laws, 1) if laws else 1]:
        link = folder / "mirror" / slug
        if not link.exists():
            link.symlink_to(mirror / slug)
    toc = folder / "mirror" / "gii-toc.xml"
    items = (
        f"<item><title>{slug.name}</title><link>http://www.gesetze-im-internet.de/{slug.name}/xml.zip</link></item>"
        for slug in sorted((folder / "mirror").iterdir())
        if slug.is_dir()
    )
    official = mirror / "gii-toc.xml"
    toc.write_bytes(
        official.read_bytes() if official.exists() and not laws else f"<items>{''.join(items)}</items>".encode()
    )
    config = folder / "config.toml"
    config.write_text('[corpus]\nfolders = []\nlaws = "all"\nlaw_mirror = "mirror"\ndata_dir = "."\n', encoding="utf-8")
    return config


def _change(mirror: Path) -> None:
    """Changes a word of one law of middle size."""
    slug = next(slug for slug in ("gewo", "ao_1977", *sorted(os.listdir(mirror))) if (mirror / slug).is_dir())
    data = (mirror / slug / "xml.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        [name] = archive.namelist()[:1]
        xml = archive.read(name).decode().replace("Behörde", "Stelle", 1 + int(time.time()) % 5)
    if (mirror / slug).is_symlink():
        (mirror / slug).unlink()
    (mirror / slug).mkdir(exist_ok=True)
    with zipfile.ZipFile(mirror / slug / "xml.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, xml)


def _sync(config: Path) -> Run:
    command = [sys.executable, "-m", "ingest", "sync", "--config", str(config)]
    run, start = Run(), time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        done = threading.Event()
        sampler = threading.Thread(target=_sample, args=(process.pid, run, done))
        sampler.start()
        run.said = "\n".join(process.communicate()[0].splitlines()[-3:])
        done.set()
        sampler.join()
    run.seconds = time.perf_counter() - start
    return run


def _sample(root: int, run: Run, done: threading.Event) -> None:
    """Peak memory and CPU time of a process and all below it, until `done`."""
    cpu: dict[int, float] = {}
    while not done.wait(0.5):
        memory = 0
        for pid in _tree(root):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue  # it has just ended
            cpu[pid] = (int(fields[11]) + int(fields[12])) / _TICKS
            memory += 1024 * sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        run.memory, run.cpu = max(run.memory, memory), sum(cpu.values())


def _tree(root: int) -> set[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


if __name__ == "__main__":
    main()
