"""Answers from a city's own guidelines and the law, every statement with its citation.

The environment is set before any library is imported: none of them may talk to the outside.
"""

import os

OFFLINE = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SHARE": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "ANONYMIZED_TELEMETRY": "False",
    "TOKENIZERS_PARALLELISM": "false",
}
# numpy: many questions at once end sooner with a thread each than with all threads for every one. torch keeps its own.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
os.environ.update(OFFLINE | ONE_THREAD)
