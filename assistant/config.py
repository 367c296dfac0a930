"""Settings: config.toml, then the environment. Built once at a door and passed in, never global."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from assistant.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
_CORPUS_KEYS = ("folders", "laws", "law_mirror", "data_dir")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Corpus(_Table):
    folders: tuple[Path, ...] = (Path("corpus/guidelines"),)
    laws: Literal["core", "all", "none"] = "core"
    law_mirror: str = "https://www.gesetze-im-internet.de"
    data_dir: Path = Path("var")
    readers: int = Field(2, ge=1, le=64)
    file_seconds: float = Field(600.0, gt=0)
    file_megabytes: int = Field(2000, ge=500)


class Search(_Table):
    k: int = Field(8, ge=1, le=50)
    evidence: float = Field(0.4, ge=0, le=1)
    embedder: str = "built-in"


class Answer(_Table):
    unsupported: Literal["mark", "drop"] = "mark"


class Model(_Table):
    provider: Literal["ollama", "openai"] = "ollama"
    name: str = ""
    base_url: str = Field("http://127.0.0.1:11434", pattern=r"^https?://[^\s?#@]+$")
    num_ctx: int = Field(8192, ge=1024)
    num_predict: int = Field(1024, ge=64)
    temperature: float = Field(0.1, ge=0, le=2)
    keep_alive: str = "30m"
    timeout: float = Field(60.0, gt=0)
    parallel: int = Field(2, ge=1, le=1000)

    @model_validator(mode="after")
    def _leaves_room_for_the_sources(self) -> Model:
        if 2 * self.num_predict > self.num_ctx:
            raise ValueError("num_predict darf höchstens halb so groß sein wie num_ctx")
        return self


class Server(_Table):
    host: str = "127.0.0.1"
    port: int = Field(7860, ge=1, le=65535)
    city: str = "Musterstadt"


class Records(_Table):
    mode: Literal["full", "counts", "off"] = "full"
    url: str = ""
    user: Literal["none", "pseudonym"] = "none"
    question_days: int = Field(30, ge=0)
    keep_days: int = Field(365, ge=1)


class Personal(_Table):
    warn: bool = True
    allowed: tuple[str, ...] = ()


class Settings(BaseSettings):
    """All settings, checked. An unknown key is an error."""

    model_config = SettingsConfigDict(
        env_prefix="FUNDSTELLE_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
        extra="forbid",
        frozen=True,
    )

    corpus: Corpus = Corpus()
    search: Search = Search()
    answer: Answer = Answer()
    model: Model = Model()
    server: Server = Server()
    records: Records = Records()
    personal: Personal = Personal()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    @property
    def store(self) -> Path:
        return self.corpus.data_dir / "store"


def load(path: Path | None = None) -> Settings:
    """Settings from a TOML file (default: config.toml beside the code), overridden by the environment.

    Relative folders are resolved against the file's folder; a mirror that is a folder likewise.
    Raises ConfigError, naming the file and every key that cannot be used.
    """
    file = (path or ROOT / "config.toml").resolve()
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")) if path or file.exists() else {}
    except OSError as error:
        raise ConfigError(f"{file}: Die Konfiguration kann nicht gelesen werden ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: Das ist kein gültiges TOML ({error}).") from error
    try:
        settings = Settings(**_corpus_keys(table))
    except ValidationError as error:
        raise ConfigError(f"{file}: {_explain(error)}") from error
    return _resolve(settings, file.parent)


def _corpus_keys(table: dict[str, Any]) -> dict[str, Any]:
    """The keys of [corpus] may also stand at the top of the file."""
    top = {key: table[key] for key in _CORPUS_KEYS if key in table}
    rest = {key: value for key, value in table.items() if key not in top}
    return rest | {"corpus": top | rest.get("corpus", {})} if top else rest


def _resolve(settings: Settings, base: Path) -> Settings:
    mirror = settings.corpus.law_mirror
    if "://" not in mirror:
        mirror = str(base / Path(mirror).expanduser())
    corpus = settings.corpus.model_copy(
        update={
            "folders": tuple((base / folder.expanduser()).resolve() for folder in settings.corpus.folders),
            "data_dir": (base / settings.corpus.data_dir.expanduser()).resolve(),
            "law_mirror": mirror,
        }
    )
    return settings.model_copy(update={"corpus": corpus})


def _explain(error: ValidationError) -> str:
    lines = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            lines.append(f"Die Einstellung „{key}“ gibt es nicht; bitte streichen oder die Schreibweise prüfen.")
        else:
            lines.append(f"Die Einstellung „{key}“ hat keinen gültigen Wert ({item['msg']}).")
    return " ".join(lines)
