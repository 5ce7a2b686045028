"""A real browser without a window: Chromium, by the protocol that chromedriver speaks (W3C WebDriver)."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

_SWITCHES = (
    "--headless",
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
)
_LOGS = {"browser": "ALL", "performance": "ALL"}
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key under which the protocol hands out elements."""


class Browser:
    """One window."""

    def __init__(self, session: httpx.Client) -> None:
        self._session = session

    def open(self, url: str) -> None:
        """Loads a page."""
        self._do("url", url=url)

    def follow(self, label: str) -> None:
        """Clicks on a link, and waits for the page behind it."""
        self._do(f"element/{self._find('link text', label)}/click")

    def text(self, selector: str) -> str:
        """The text that a reader sees of an element."""
        answer = self._session.get(f"element/{self._find('css selector', selector)}/text")
        return str(_value(answer))

    def run(self, script: str, *arguments: object) -> Any:
        """What a function body returns in the page; a promise is waited for."""
        body = (
            "const done = arguments[arguments.length - 1]; (async () => {"
            + script
            + "})().then(done, (e) => done(`${e}`))"
        )
        return _value(self._session.post("execute/async", json={"script": body, "args": list(arguments)}))

    def wait(self, condition: str, *arguments: object) -> None:
        """Waits until an expression is true in the page."""
        pause = "await new Promise((go) => setTimeout(go, 20));"
        loop = f"for (let tries = 0; tries < 500; tries++) {{ if ({condition}) return true; {pause} }}"
        assert self.run(loop, *arguments) is True, condition

    def type(self, *keys: str) -> None:
        """Presses keys one after the other, wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._session.post("actions", json={"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def tell(self, command: str, **parameters: object) -> Any:
        """A command of the browser's own protocol."""
        return _value(self._session.post("goog/cdp/execute", json={"cmd": command, "params": parameters}))

    def log(self, kind: str) -> list[dict[str, Any]]:
        """What the browser wrote down since the last time: `browser` is the console, `performance` has all requests."""
        found: list[dict[str, Any]] = _value(self._session.post("se/log", json={"type": kind}))
        return found

    def _find(self, using: str, value: str) -> str:
        return str(self._do("element", using=using, value=value)[_ELEMENT])

    def _do(self, command: str, **arguments: str) -> Any:
        return _value(self._session.post(command, json=arguments))


def _value(answer: httpx.Response) -> Any:
    value = answer.json()["value"]
    assert answer.is_success, value
    return value


@contextmanager
def opened(folder: Path) -> Iterator[Browser]:
    """A browser whose profile is a folder; skips the test where there is none, but in CI, which must have one."""
    driver, chromium = shutil.which("chromedriver"), shutil.which("chromium") or shutil.which("chromium-browser")
    if not driver or not chromium:
        missing = "no chromium and chromedriver on PATH: on Debian, install chromium and chromium-driver"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with subprocess.Popen(
        (driver, "--port=0"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        try:
            yield from _session(_address(running), chromium, folder)
        finally:
            running.terminate()


def _address(driver: "subprocess.Popen[str]") -> str:
    assert driver.stdout
    for line in driver.stdout:
        if found := re.search(r"started successfully on port (\d+)", line):
            return f"http://127.0.0.1:{found[1]}"
    raise AssertionError("chromedriver did not start")


def _session(driver: str, chromium: str, folder: Path) -> Iterator[Browser]:
    chrome = {"binary": chromium, "args": [*_SWITCHES, f"--user-data-dir={folder}"]}
    capabilities = {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": chrome, "goog:loggingPrefs": _LOGS}}
    sessions = f"{driver}/session"
    with httpx.Client(timeout=60, trust_env=False) as http:
        name = _value(http.post(sessions, json={"capabilities": capabilities}))["sessionId"]
        http.base_url = httpx.URL(f"{sessions}/{name}")
        try:
            yield Browser(http)
        finally:
            http.delete(f"{sessions}/{name}")  # closes the browser, which would outlive its driver
