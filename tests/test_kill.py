"""kill -9 at any moment: the old generation serves, or the new one does, and the next sync completes."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.config import ROOT, Settings
from assistant.store import Generation
from ingest.check import errors
from ingest.sync import sync

MOMENTS = 20


def _start(config: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "ingest", "sync", "--config", str(config)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.fixture
def config(settings: Settings, tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    folders = json.dumps([str(folder) for folder in settings.corpus.folders])
    file.write_text(f'[corpus]\nfolders = {folders}\nlaws = "none"\ndata_dir = "var"\n', encoding="utf-8")
    return file


def _edit(folder: Path, version: int) -> None:
    (folder / "scannen.md").write_text(f"# Leitfaden Scannen\n\nEs gilt Fassung {version}.\n", encoding="utf-8")


def _served(settings: Settings) -> str:
    generation = Generation.open(settings.store)
    assert list(errors(generation)) == []
    [passage] = generation.of_source("scannen")
    return passage.text


def _kill_at(moment: float, process: subprocess.Popen[bytes], store: Path, *, writing: bool) -> bool:
    """Kills after `moment` seconds, counted from the first sign of writing if `writing`. False if it was over."""
    while writing and process.poll() is None and not list(store.glob("building-*")):
        time.sleep(0.001)
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        process.kill()
        return True
    return False


def test_a_killed_sync_leaves_a_store_that_serves(settings: Settings, corpus_folder: Path, config: Path) -> None:
    _edit(corpus_folder, 0)
    sync(settings)
    dice = random.Random(20260401)
    version, killed, longest = 0, 0, {False: 2.0, True: 0.5}
    while killed < MOMENTS:
        version += 1
        assert version < 10 * MOMENTS, "the sync is always over before it is killed"
        _edit(corpus_folder, version)
        in_writing = version % 2 == 0  # half of the moments lie where the new generation is written
        moment = dice.uniform(0, longest[in_writing])
        with _start(config) as process:
            if _kill_at(moment, process, settings.store, writing=in_writing):
                killed += 1
            else:
                longest[in_writing] = moment
            process.communicate()
        assert _served(settings).endswith((f"Fassung {version - 1}.", f"Fassung {version}."))
        assert sync(settings).ok
        assert _served(settings).endswith(f"Fassung {version}.")
        assert list(settings.store.glob("building-*")) == []


def test_a_second_sync_is_kept_out_with_a_message(settings: Settings, config: Path) -> None:
    from assistant.storing.pointer import writing

    sync(settings)
    with writing(settings.store), _start(config) as second:
        output = second.communicate()[0].decode()
    assert second.returncode == 1
    assert "Ein anderer Vorgang schreibt gerade" in output
    assert len(output.splitlines()) == 1
    shutil.rmtree(settings.store)
