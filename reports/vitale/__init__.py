"""Turns event streams into something to read: an offline HTML page, a document, a dossier, and what CI systems show.

The stream is all a report sees: it can be made again from a stored file, on another machine, years later,
and two runs of a renderer on one stream give the same bytes.
"""

from .annotations import render_github, render_sarif
from .badge import render_badge
from .junit import render_junit
from .markdown import render_markdown
from .page import render_html
from .several import render_comparison, render_trend

__all__ = [
    "render_badge",
    "render_comparison",
    "render_github",
    "render_html",
    "render_junit",
    "render_markdown",
    "render_sarif",
    "render_trend",
]
