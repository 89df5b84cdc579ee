"""The manual pages of `vitale` and of each of its commands, made from what `--help` says.

click-man makes such pages too, but it looks for commands that are loaded already, takes an example for running text, and lets
a line that begins with a point through to troff, which reads it as a request.
"""

import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

_ROOT: Final = Path(__file__).parents[1]
_WIDTH: Final = 10_000  # so that click breaks no line: troff does
_EXAMPLES = re.compile(r"Examples?:\n")
_CODE = re.compile(r"`([^`]+)`")


def man_pages(root: click.Command, name: str) -> dict[str, str]:
    """Make the page of a command and of every command below it.

    Args:
        root: the command.
        name: what it is called by.

    Returns:
        The text of each page by the name of its file, such as `vitale-card-new.1`. Nothing in it depends on the day.
    """
    document = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    release = f"vitale-testbed {document['project']['version']}"
    context = click.Context(
        root,
        info_name=name,
        terminal_width=_WIDTH,
        max_content_width=_WIDTH,
        help_option_names=root.context_settings.get("help_option_names"),
    )
    return {f"{_page(each)}.1": _text(each, release) for each in _contexts(context)}


def _contexts(context: click.Context) -> Iterator[click.Context]:
    yield context
    for child in _children(context):
        yield from _contexts(child)


def _children(context: click.Context) -> list[click.Context]:
    command = context.command
    if not isinstance(command, click.Group):
        return []
    named = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [
        click.Context(child, parent=context, info_name=name, terminal_width=_WIDTH, max_content_width=_WIDTH)
        for name, child in named
        if child is not None and not child.hidden
    ]


def _page(context: click.Context) -> str:
    return context.command_path.replace(" ", "-")


def _text(context: click.Context, release: str) -> str:
    command = context.command
    lines = [
        f'.TH {_page(context).upper()} 1 "" "{release}" "vitale-testbed"',
        ".nh",  # a command that is broken at its hyphen cannot be copied
        ".ad l",
        ".SH NAME",
        f"{_plain(_page(context))} \\- {_plain(_summary(command))}",
        ".SH SYNOPSIS",
        f".B {_plain(context.command_path)}",
        _plain(" ".join(command.collect_usage_pieces(context))),
        ".SH DESCRIPTION",
    ]
    examples: list[str] = []
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    for number, paragraph in enumerate(paragraphs):
        words = paragraph.removeprefix("\b\n")
        if words != paragraph and _EXAMPLES.match(words):
            examples += inspect.cleandoc(_EXAMPLES.sub("", words, count=1)).splitlines()
        else:
            lines += [".PP"] if number else []
            lines += _as_it_is(words.splitlines()) if words != paragraph else [_running(words)]
    options = [
        each for each in command.get_params(context) if isinstance(each, click.Option)
    ]  # arguments stand in the synopsis
    records = [record for each in options if (record := each.get_help_record(context))]
    if records:
        lines.append(".SH OPTIONS")
        for names, text in records:
            lines += [".TP", f".B {_plain(names)}", _running(text)]
    if children := _children(context):
        lines.append(".SH COMMANDS")
        for child in children:
            lines += [".TP", f".BR {_plain(_page(child))} (1)", _running(_summary(child.command))]
    if command.epilog:
        lines += [".SH EXIT STATUS", _running(command.epilog.removeprefix("Exit codes: "))]
    if examples:
        lines += [".SH EXAMPLES", *_as_it_is(examples)]
    if context.parent is not None:
        lines += [".SH SEE ALSO", f".BR {_plain(_page(context.parent))} (1)"]
    return "\n".join(lines) + "\n"


def _summary(command: click.Command) -> str:
    return _CODE.sub(r"\1", command.get_short_help_str(limit=200)).removesuffix(".")


def _as_it_is(lines: list[str]) -> list[str]:
    """Text whose lines troff leaves alone."""
    return [".EX", *(_plain(line) or "\\&" for line in lines), ".EE"]


def _running(text: str) -> str:
    """Text that troff fills: code in bold."""
    parts = _CODE.split(" ".join(text.split()))  # by turns text and code
    bold = (f"\\fB{_escaped(part)}\\fR" if number % 2 else _escaped(part) for number, part in enumerate(parts))
    return _guarded("".join(bold))


def _plain(text: str) -> str:
    return _guarded(_escaped(text))


def _escaped(text: str) -> str:
    return (
        text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("^", "\\(ha").replace("~", "\\(ti")
    )


def _guarded(line: str) -> str:
    """A line that begins with a point or an apostrophe would be a request to troff."""
    return f"\\&{line}" if line.startswith((".", "'")) else line
