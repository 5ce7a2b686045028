"""`python -m tests.end_to_end.screenshots SITE IMAGES`: the pictures of the README, from the website of the demo."""

import base64
import sys
import tempfile
from pathlib import Path
from threading import Thread

from playlist_archive.website.serve import listening
from tests.end_to_end.browser import Browser, opened

WIDTH, HEIGHT = 1200, 820


def take(browser: Browser, url: str, scheme: str, target: Path, *, width: int = WIDTH, height: int = HEIGHT) -> None:
    """Writes one picture of a page in light or dark."""
    browser.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.tell(
        "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < HEIGHT
    )
    browser.open("about:blank")
    browser.open(url)
    browser.run("await document.fonts.ready; await new Promise((go) => setTimeout(go, 400));")
    target.write_bytes(base64.b64decode(browser.tell("Page.captureScreenshot", format="png")["data"]))


def main(site: Path, images: Path) -> None:
    """Takes all pictures."""
    images.mkdir(parents=True, exist_ok=True)
    first = min((site / "playlists").glob("*.html")).name
    with listening(site, 0, lambda: None) as server, tempfile.TemporaryDirectory() as profile:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        with opened(Path(profile)) as browser:
            for scheme in ("light", "dark"):
                take(browser, f"{url}/index.html", scheme, images / f"index-{scheme}.png")
                take(browser, f"{url}/playlists/{first}", scheme, images / f"playlist-{scheme}.png")
        server.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
