"""A headless Chromium to look at the page with; `python -m tests.report.browser` says whether there is one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

FETCHED = Path(__file__).parents[2] / ".venv" / "browser"
"""Where workflow/browser.sh puts one."""
REMEDY = "no browser: bash workflow/browser.sh, or playwright install chromium, or RLBENCH_CHROMIUM=/path/to/chromium"
SWITCHES = ["--no-sandbox", "--no-zygote", "--headless=shell", "--font-render-hinting=none"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The one that $RLBENCH_CHROMIUM names, else what the script fetched, else Playwright's own.

    Raises playwright.sync_api.Error where it cannot be started.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**_where())
        try:
            yield browser
        finally:
            browser.close()


def _where() -> dict:
    named = os.environ.get("RLBENCH_CHROMIUM")
    if named:
        return {"executable_path": named, "args": SWITCHES}
    if (FETCHED / "chromium").is_file():
        # The machine's own libraries come first; these are for those that it lacks.
        libraries = os.pathsep.join(filter(None, [os.environ.get("LD_LIBRARY_PATH"), str(FETCHED / "lib")]))
        environment = {**os.environ, "LD_LIBRARY_PATH": libraries}
        return {"executable_path": FETCHED / "chromium", "args": SWITCHES, "env": environment}
    return {"args": ["--no-sandbox"]}


def version() -> str:
    """The version of the browser that there is; empty where there is none."""
    try:
        with chromium() as browser:
            return browser.version
    except Error:
        return ""


if __name__ == "__main__":
    found = version()
    print(found or REMEDY)
    raise SystemExit(0 if found else 1)
