"""Nothing leaves the host: every connection the commands open, as the kernel sees it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_CONNECT = re.compile(r"(?:connect|sendto)\(.*sin6?_port=.*?(?:inet_addr\(|inet_pton\(AF_INET6, )\"([^\"]+)")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("strace"), reason="needs strace"),
]


def _connections(command: list[str], environment: dict[str, str], log: Path) -> set[str]:
    """Addresses a command and its children tried to reach. AF_UNIX sockets do not count."""
    traced = ["strace", "-f", "-e", "trace=connect,sendto", "-o", str(log), sys.executable, "-m", *command]
    done = subprocess.run(traced, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    return {match[1] for match in _CONNECT.finditer(log.read_text(errors="replace"))}


def test_reading_and_answering_open_no_connection(tmp_path: Path) -> None:
    folder = tmp_path / "dokumente"
    folder.mkdir()
    (folder / "regel.md").write_text("# Hundesteuersatzung\n\n## § 3 Steuersatz\n\n(1) Die Steuer beträgt 96 Euro.\n")
    environment = {
        "FUNDSTELLE_CORPUS__DATA_DIR": str(tmp_path / "var"),
        "FUNDSTELLE_CORPUS__FOLDERS": f'["{folder}"]',
        "FUNDSTELLE_CORPUS__LAWS": "none",
        # Settings of the surroundings that would make libraries talk to the outside.
        "LANGSMITH_TRACING": "true",
        "LANGCHAIN_TRACING_V2": "true",
        "GRADIO_ANALYTICS_ENABLED": "True",
        "HTTP_PROXY": "http://192.0.2.1:3128",
    }
    assert not _connections(["ingest", "sync"], environment, tmp_path / "sync.log")
    asked = _connections(["assistant", "ask", "Wie hoch ist die Hundesteuer?"], environment, tmp_path / "ask.log")
    assert not asked
