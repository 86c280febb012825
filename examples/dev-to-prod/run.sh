#!/usr/bin/env bash
# From an edit to prod and back, on two emulated consoles. Works in a copy of this folder and leaves nothing behind.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH="$PATH:$here/../../.venv/bin" # an activated environment comes first
if ! command -v dac >/dev/null; then
    echo "There is no dac: make an environment as the README's quick start does." >&2
    exit 1
fi
python="$(dirname "$(command -v dac)")/python"
[ -x "$python" ] || python=python3

work=$(mktemp -d)
server=
stop() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" || true
        server=
    fi
}
clean_up() {
    stop
    rm -rf "$work"
}
trap clean_up EXIT
cp -R "$here/dac.toml" "$here/stacks" "$work"
cd "$work"

step() { printf '\n=== %s\n' "$*"; }

# run CODE COMMAND...: show a command, run it, and stop unless it exits with CODE.
run() {
    local wanted=$1 code=0
    shift
    printf '\n$ %s\n' "$*"
    "$@" </dev/null || code=$?
    if [ "$code" != "$wanted" ]; then
        echo "That exited with $code, and $wanted was expected." >&2
        exit 1
    fi
}

# serve CONSOLE [OPTION...]: the console over HTTP, at $url, for those who work by hand. `stop` ends it.
serve() {
    dac emulator serve --port 0 --console "$@" >serve.log 2>&1 &
    server=$!
    for _ in $(seq 300); do
        url=$(sed -n 's/^QRadar emulator on //p' serve.log)
        if [ -n "$url" ]; then
            return
        fi
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    echo "The emulator did not start:" >&2
    cat serve.log >&2
    exit 1
}

by_hand() { "$python" "$here/by_hand.py" "$url" "$@"; }

git_quietly() { git -c user.name=example -c user.email=example@example.com -c commit.gpgsign=false "$@"; }

commit() {
    git add dac.toml stacks
    git_quietly commit -q -m "$1"
}

step "Two consoles: dev answers API 26, prod API 22, and the same log source type has another number on each"
git init -q .
commit "The stack as it is"
serve dev --api-version 26.0
echo "dev:"
by_hand add-type "Acme door controller" "Acme VPN gateway"
stop
serve prod --api-version 22.0
echo "prod:"
by_hand add-type "Acme VPN gateway"
stop

step "What is in Git goes to dev, and from there to prod"
run 0 dac apply --console dev --auto-approve
run 0 dac promote --to prod --out prod.dacplan
run 0 dac apply prod.dacplan

step "Somebody edits a detection"
sed -i.bak '/^\[detection\.vpn_from_flagged_country\]/,/^severity/ s/^severity = .*/severity = "high"/' stacks/remote-access/detections.toml
rm stacks/remote-access/detections.toml.bak
git --no-pager diff --unified=0 stacks
commit "VPN sessions from flagged countries are serious"

step "It is planned and applied on dev"
run 2 dac plan --console dev --out dev.dacplan --detailed-exitcode
run 0 dac apply dev.dacplan

step "It is promoted: every gate is asked, then prod gets what dev has"
run 0 dac promote --to prod --out prod.dacplan
run 0 dac apply prod.dacplan

step "At 2 a.m. somebody works on prod by hand: a rule off, an address on the allowlist"
serve prod
by_hand switch-off "Remote access: Entra ID sign-in from a flagged country"
by_hand add-entry "Remote access: addresses of our testers" 198.51.100.23 "New exit node of the red team"
stop

step "Drift finds both"
run 2 dac drift --console prod

step "The address is right, so it goes into Git, and to dev as well"
run 0 dac drift accept reference_set.pentest_addresses --console prod --auto-approve
git --no-pager diff --unified=0 stacks
commit "Accepted from prod: the red team's new exit node"
run 0 dac apply --console dev --auto-approve

step "The rule was switched off by mistake, so that is reverted"
run 0 dac apply --console prod --re-enable detection.sign_in_from_flagged_country --auto-approve

step "Git, dev and prod say the same"
run 0 dac plan --console dev --detailed-exitcode
run 0 dac plan --console prod --detailed-exitcode

step "Done"
