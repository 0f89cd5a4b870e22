#!/usr/bin/env bash
# Put a headless browser where the tests that look at the page find it: the Chromium that an npm package carries, into
# .venv/browser, else Playwright's own, where that keeps it. Without either, one line says so and those tests skip.
set -uo pipefail
cd "$(dirname "$0")/.."
package=@sparticuz/chromium@147.0.0
folder=.venv/browser

say() { echo "  browser      $1"; }

starts() {
    .venv/bin/python -m tests.report.browser >/dev/null 2>&1
}

from_playwright() {
    rm -rf "$folder"
    PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT=5000 timeout 60 .venv/bin/python -m playwright install --only-shell chromium >/dev/null 2>&1
}

# Only for Linux on x86-64. What the machine lacks of shared libraries is in the package, too.
from_npm() {
    [ "$(uname -sm)" = "Linux x86_64" ] && command -v npm >/dev/null && command -v node >/dev/null || return 1
    rm -rf "$folder" && mkdir -p "$folder"
    (cd "$folder" && timeout 40 npm pack --silent --fetch-retries=0 "$package" >/dev/null 2>&1) || return 1
    tar -xzf "$folder"/*.tgz -C "$folder" package/bin || return 1
    rm -f "$folder"/*.tgz
    node -e '
        const { brotliDecompressSync } = require("node:zlib"), { readFileSync, writeFileSync } = require("node:fs");
        const unpack = (from, to) => writeFileSync(to, brotliDecompressSync(readFileSync(`package/bin/${from}.br`)), { mode: 0o755 });
        process.chdir(process.argv[1]);
        unpack("chromium", "chromium");
        unpack("al2023.tar", "libraries.tar");
    ' "$folder" || return 1
    tar -xf "$folder/libraries.tar" -C "$folder" || return 1
    rm -rf "$folder/package" "$folder/libraries.tar"
}

starts && exit 0
for way in from_npm from_playwright; do
    if "$way" && starts; then
        say "ready ($way)"
        exit 0
    fi
done
say "none could be had: tests of the page in a browser will skip (later: .venv/bin/playwright install chromium)"
