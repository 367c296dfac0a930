"""A real server with real tokens, from a random model made on the spot. Needs llama-cpp-python[server] and gguf:

    pip install 'llama-cpp-python[server]' gguf && python -m pytest -m slow tests/test_llama.py
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.config import Model
from assistant.errors import ModelError
from assistant.models import ModelServer
from assistant.serving.servers import Message

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")
gguf = pytest.importorskip("gguf", reason="gguf is not installed")
pytestmark = pytest.mark.slow

LAYERS, WIDTH, HEADS, HIDDEN, CONTEXT = 2, 64, 4, 128, 4096
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]


def _write_random_llama(file: Path) -> None:
    """A llama of two layers with random weights and one token per byte."""
    random = np.random.default_rng(1)
    writer = gguf.GGUFWriter(str(file), "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    tokens = ["<unk>", "<s>", "</s>", *BYTES]
    kinds = gguf.TokenType
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types([kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL, *[kinds.BYTE] * 256])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)

    def add(name: str, *shape: int) -> None:
        writer.add_tensor(name, random.normal(0, 0.1, shape).astype(np.float32))

    add("token_embd.weight", len(tokens), WIDTH)
    add("output_norm.weight", WIDTH)
    add("output.weight", len(tokens), WIDTH)
    for layer in range(LAYERS):
        for part in ("attn_norm", "ffn_norm"):
            add(f"blk.{layer}.{part}.weight", WIDTH)
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"blk.{layer}.{part}.weight", WIDTH, WIDTH)
        for part in ("ffn_gate", "ffn_up"):
            add(f"blk.{layer}.{part}.weight", HIDDEN, WIDTH)
        add(f"blk.{layer}.ffn_down.weight", WIDTH, HIDDEN)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    file = tmp_path_factory.mktemp("llama") / "zufall.gguf"
    _write_random_llama(file)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--model", str(file), "--model_alias", "zufall", "--n_ctx", str(CONTEXT), "--chat_format", "chatml"]
    command = [sys.executable, "-m", "llama_cpp.server", "--host", "127.0.0.1", "--port", str(port), *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        chosen = Model(
            provider="openai", name="zufall", base_url=f"http://127.0.0.1:{port}", num_ctx=CONTEXT, num_predict=64
        )
        end = time.monotonic() + 30
        while ModelServer(chosen).problem() and time.monotonic() < end:
            time.sleep(0.2)
        yield chosen
        process.terminate()


def test_noise_of_a_real_server_streams_and_is_refused(settings: Model) -> None:
    """Random weights never end by themselves: the tokens come, and the reply is refused for its length or its bytes."""
    model = ModelServer(settings)
    assert model.problem() == ""
    with pytest.raises(ModelError, match="zu lang|wiederholt|unlesbar|leere"):
        list(model.stream([Message("user", "Wer ist steuerpflichtig?")]))
