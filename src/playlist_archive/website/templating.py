"""The templates, filled: strangers' text is escaped, and what shows nothing or makes a page lie is dropped."""

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
"""Nothing comes from other hosts, and no script or style stands in a page."""

_DROPPED: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")
"""Control characters and bidirectional overrides, as render/markdown.py drops them; and what no XML may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What all pages share. Addresses of files are relative to the site's root.

    `assets` are the paths of styles and scripts by their names. `url` is the site's own address with a slash at its
    end, empty where it is not known. `repository_url` is the archive's page on GitHub, `blob_url` that of its branch,
    `blob_base` what a commit's hash follows; all three are empty for an archive that is not on GitHub.
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
            finalize=harmless,
            auto_reload=False,
        )
        self._jinja.globals |= {"site": site, "width": WIDTH, "height": HEIGHT}

    def page(self, template: str, *, root: str = "", here: str = "", page: object = None) -> str:
        """One page of HTML; `root` leads from the page to the root of the site, `here` names its place in the menu."""
        return self.text(f"{template}.html.j2", {"root": root, "here": here, "page": page})

    def text(self, template: str, values: Mapping[str, object]) -> str:
        """Any template with these values."""
        return self._jinja.get_template(template).render(values)


def harmless(value: object) -> object:
    """A text without the characters that show nothing or make a page lie; anything else as it is."""
    if not isinstance(value, str) or not _DROPPED.search(value):
        return value
    return type(value)(_DROPPED.sub("", value))
