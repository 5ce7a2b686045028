"""Fills the templates. Strangers' text is escaped, and invisible or misleading characters are dropped."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from .charts import HEIGHT, WIDTH

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)
"""The policy of all pages: nothing comes from other hosts, and no page contains a script or a style."""

_DROPPED: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")
"""Control characters and bidirectional overrides, as in render/markdown.py, and characters that XML forbids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The facts that all pages share. Addresses of files are relative to the site's root.

    `assets` are the paths of styles and scripts by their names. `url` is the site's own address with a slash at its
    end; it is empty if unknown. `repository_url` is the archive's page on GitHub, and `blob_url` is the page of its
    branch. `blob_base` is the address that a commit's hash follows. If the archive is not on GitHub, these three are
    empty.
    """

    title: str
    assets: Mapping[str, str]
    url: str = ""
    is_indexed: bool = False
    repository_url: str = ""
    blob_url: str = ""
    blob_base: str = ""
    policy: str = POLICY

    @property
    def base(self) -> str:
        """The path of the site's own address, with a slash at both ends."""
        return urlsplit(self.url).path or "/"


class Templates:
    """Fills the templates of one site."""

    def __init__(self, site: Site) -> None:
        self._jinja = Environment(
            loader=PackageLoader("playlist_archive.website"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._jinja.globals |= {"site": site, "width": WIDTH, "height": HEIGHT}

    def page(self, template: str, *, root: str = "", here: str = "", page: object = None) -> str:
        """One page of HTML. `root` leads from the page to the site's root; `here` names its place in the menu."""
        return self.text(f"{template}.html.j2", {"root": root, "here": here, "page": page})

    def text(self, template: str, values: Mapping[str, object]) -> str:
        """The text of a template, filled with these values."""
        return harmless(self._jinja.get_template(template).render(values))


def harmless(text: str) -> str:
    """The text without invisible or misleading characters."""
    return _DROPPED.sub("", text)
