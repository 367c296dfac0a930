"""From nothing to the first answer: reading the core corpus, starting, answering in quote mode, memory.

    python -m benchmarks.start ../shared/gii [FOLDER]

FOLDER receives the store (default: a temporary one). Prints a Markdown table; wall-clock seconds unless said otherwise.
"""

from __future__ import annotations

import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
QUESTIONS = (
    "Müssen wir Verwaltungsleistungen auch elektronisch anbieten?",
    "Wer darf generative KI dienstlich nutzen?",
    "Wie hoch ist die Hundesteuer für den zweiten Hund?",
    "Was regelt § 3a VwVfG?",
    "Innerhalb welcher Frist muss ich mich nach einem Umzug anmelden?",
    "Wann darf ein Verwaltungsakt zurückgenommen werden?",
    "Wie viele Tage darf ich mobil arbeiten?",
    "Welche Angaben braucht der Vergabevermerk?",
    "Wann ist eine Datenschutz-Folgenabschätzung nötig?",
    "Wie koche ich Spaghetti Carbonara?",
)
ROUNDS = 10


def main(mirror: str, data: str) -> None:
    os.environ |= {"FUNDSTELLE_CORPUS__DATA_DIR": data, "FUNDSTELLE_CORPUS__LAW_MIRROR": str(Path(mirror).resolve())}
    rows = [("sync, core laws and guidelines, from nothing", f"{_sync():.1f} s")]
    processor = resource.getrusage(resource.RUSAGE_CHILDREN)
    rows.append(("  of it processor time", f"{processor.ru_utime + processor.ru_stime:.1f} s"))
    rows.append(("sync, nothing changed", f"{_sync():.2f} s"))
    rows += _serving()
    rows += _answering()
    print("| what | measured |\n|---|---|")
    print("\n".join(f"| {name} | {value} |" for name, value in rows))


def _sync() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "ingest", "sync"], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def _serving() -> list[tuple[str, str]]:
    """Seconds until the page answers, and the memory of the process afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "ui.py", "--port", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/")
            ready = time.perf_counter() - start
            time.sleep(5)  # the warm-up runs in the background
            return [("page answers after", f"{ready:.1f} s"), ("memory of the server, warmed up", _rss(server.pid))]
        finally:
            server.terminate()


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{address} does not answer")


def _rss(pid: int) -> str:
    status = Path(f"/proc/{pid}/status").read_text()
    return f"{int(status.split('VmRSS:')[1].split()[0]) / 1024:.0f} MB"


def _answering() -> list[tuple[str, str]]:
    from assistant.config import load
    from assistant.pipeline import Assistant

    assistant = Assistant(load())
    assistant.warm_up()
    seconds = []
    for question in QUESTIONS * ROUNDS:
        start = time.perf_counter()
        assistant.answer(question)
        seconds.append(1000 * (time.perf_counter() - start))
    quantiles = statistics.quantiles(seconds, n=20)
    return [
        (f"answer in quote mode, median of {len(seconds)}", f"{statistics.median(seconds):.0f} ms"),
        ("answer in quote mode, p95", f"{quantiles[18]:.0f} ms"),
    ]


if __name__ == "__main__":
    if len(sys.argv) == 2:
        with tempfile.TemporaryDirectory() as folder:
            main(sys.argv[1], folder)
    else:
        main(sys.argv[1], sys.argv[2])
