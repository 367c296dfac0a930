"""The error tree. Every message is a German sentence for the person who sees it: what, why, what to do.

    FundstelleError
    ├── ConfigError      config.toml or an environment variable cannot be used
    ├── ReadError        one file cannot be read; the sync goes on with the others
    ├── MirrorError      the law mirror cannot be reached, or sends something else than law
    ├── StoreError       there is no usable generation
    │   └── LockedError  another process is writing
    ├── RecordsError     the records cannot be read or written; an answer is shown all the same
    └── ModelError       the language model cannot answer
        └── ModelTimeout it did not answer in time
"""


class FundstelleError(Exception):
    """Base of all errors that a user may see."""


class ConfigError(FundstelleError):
    pass


class ReadError(FundstelleError):
    pass


class MirrorError(FundstelleError):
    pass


class StoreError(FundstelleError):
    pass


class LockedError(StoreError):
    pass


class RecordsError(FundstelleError):
    pass


class ModelError(FundstelleError):
    pass


class ModelTimeout(ModelError):
    pass
