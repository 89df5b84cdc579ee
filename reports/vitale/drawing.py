"""The verdicts' icons outside of the page: each shape as an SVG of its own, with the light colours of the style sheet in it."""

import base64
import re
from functools import cache

from .assets import asset

_SYMBOL = re.compile(r'<symbol id="i-([\w-]+)" viewBox="([\d .]+)">(.*?)</symbol>')
_COLOUR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6})")
_VERDICT = re.compile(r"((?:\.[\w-]+(?:, )?)+) \{ --v: var\(--([\w-]+)\)")

WHITE = "#ffffff"


@cache
def colour(name: str) -> str:
    """Return a colour of the style sheet in the light theme, ``#0c7445`` of ``pass``; name it or the verdict or tone that has it."""
    common = asset("common.css")
    colours = dict(_COLOUR.findall(common))
    for classes, variable in _VERDICT.findall(common):
        for one in classes.split(", "):
            colours.setdefault(one.removeprefix(".v-").removeprefix(".tone-"), colours[variable])
    return colours[name]


def shape(key: str, body: str, sign: str) -> tuple[str, str]:
    """Return the view box and the elements of an icon.

    Args:
        key: Its name, ``pass``.
        body: The colour of its shape.
        sign: The colour of the sign in it.
    """
    box, elements = next((box, inner) for name, box, inner in _SYMBOL.findall(asset("icons.html.j2")) if name == key)
    stroke = f'fill="none" stroke="{sign}" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"'
    looks = {
        "body": f'fill="{body}"',
        "sign": stroke,
        "ring": f'fill="none" stroke="{body}" stroke-width="1.8" stroke-dasharray="3.6 2.6"',
        "ring solid": f'fill="none" stroke="{body}" stroke-width="1.6"',
        "dash": f'fill="none" stroke="{body}" stroke-width="2" stroke-linecap="round"',
        "plate": 'fill="#d9b44a"',
        "lines": 'fill="none" stroke="#6d5411" stroke-width="1.4"',
    }
    return box, re.sub(r'class="([\w ]+)"', lambda found: looks[found[1]], elements)


@cache
def icon_rules() -> str:
    """Return a style rule for each icon, ``.i-pass``: what stands in a background is no content to a screen reader."""
    names = [name for name, _, _ in _SYMBOL.findall(asset("icons.html.j2"))]
    return "".join(f'.i-{name} {{ background-image: url("{image_of(name)}"); }}\n' for name in names)


@cache
def image_of(key: str) -> str:
    """Return an icon as the address of an image, ``data:image/svg+xml;base64,...``."""
    box, elements = shape(key, WHITE if key == "chip" else colour(key), WHITE)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{elements}</svg>'
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
