"""Turns an event stream into something to read: one offline HTML page, or JUnit XML.

The stream is all a report sees: it can be made again from a stored file, on another machine, years later,
and two runs of a renderer on one stream give the same bytes.
"""

from .junit import render_junit
from .page import render_html

__all__ = ["render_html", "render_junit"]
