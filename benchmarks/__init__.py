"""Speed, scale and quality, side by side with what users would pick instead. Results: docs/benchmarks.md."""

import assistant  # noqa: F401  sets the environment before numpy is imported
