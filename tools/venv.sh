# Makes or updates .venv; sourced by ./start and ./check in the project's folder.
# make_venv EXTRAS [WHEELS]   EXTRAS: "" or "[dev]"; WHEELS: folder of wheels, then nothing is downloaded.

make_venv() {
    extras=$1 wheels=${2:-}
    stamp=".venv/installed$extras"
    if cat pyproject.toml constraints.txt | cmp -s - "$stamp"; then return; fi
    echo "Installiere nach .venv (beim ersten Mal einige Minuten) …"
    [ -x .venv/bin/python ] || python3 -m venv .venv
    if [ -n "$wheels" ]; then
        install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index --find-links "$wheels" "$@"; }
    else
        install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"; }
    fi
    # torch first and alone: its CPU build saves several GB of GPU libraries.
    torch=$(grep '^torch==' constraints.txt)
    .venv/bin/python -c 'import torch' 2>/dev/null ||
        { [ -z "$wheels" ] && PIP_RETRIES=0 install --timeout 10 --index-url https://download.pytorch.org/whl/cpu "$torch" 2>/dev/null; } ||
        install "$torch"
    install -c constraints.txt ".$extras"
    cat pyproject.toml constraints.txt > "$stamp"
}
