"""The files of a page: style, scripts and fonts, each at an address that changes with its content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

from reports.vitale.assets import FONTS, asset, font


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of a page.

    Attributes:
        content: its bytes.
        media_type: for the answer's head.
    """

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Statics:
    """The files of a page by their name.

    Attributes:
        files: every file.
        digest: a hash of all of them, which is part of their address: a browser keeps each version as long as it likes.
    """

    files: Mapping[str, StaticFile]
    digest: str

    @classmethod
    def of(
        cls,
        package: str,
        name: str,
        styles: Sequence[str],
        scripts: Sequence[str],
        shared: Sequence[tuple[str, str]] = (),
    ) -> Self:
        """Gather the files of a page.

        Args:
            package: whose folder `static` has `NAME.css` and `NAME.js`.
            name: of the page.
            styles: style sheets of the report that come first.
            scripts: scripts of the report that come first.
            shared: package and name of style sheets that come between.
        """
        own = files(package) / "static"
        between = [(files(other) / "static" / sheet).read_text(encoding="utf-8") for other, sheet in shared]
        style = "".join(asset(each) for each in styles) + "".join(between)
        style += (own / f"{name}.css").read_text(encoding="utf-8")
        common = files("vitale_testbed.consult") / "static"
        live = (common / "live.js").read_text(encoding="utf-8")
        script = "".join(asset(each) for each in scripts) + live + (own / f"{name}.js").read_text(encoding="utf-8")
        found = {
            f"{name}.css": StaticFile(style.encode(), "text/css; charset=utf-8"),
            f"{name}.js": StaticFile(script.encode(), "text/javascript; charset=utf-8"),
            "early.js": StaticFile(asset("early.js").encode(), "text/javascript; charset=utf-8"),
            "icon.svg": StaticFile((common / "icon.svg").read_bytes(), "image/svg+xml"),
            **{each: StaticFile(font(each), "font/woff2") for each in FONTS},
        }
        digest = hashlib.sha256()
        for each, file in found.items():
            digest.update(each.encode() + file.content)
        return cls(found, digest.hexdigest()[:16])

    def path(self, name: str) -> str:
        """Give the address of a file, relative to the page.

        Raises:
            KeyError: there is no such file.
        """
        self.files[name]
        return f"static/{self.digest}/{name}"
