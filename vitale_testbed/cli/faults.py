"""`vitale card faults`: the ways a card can break."""

import click

from emulator.faults import FAULTS, FaultError, FaultKind, fault
from vitale_testbed.cli.fault_options import fault_problem
from vitale_testbed.cli.options import chosen_format, format_option, print_json
from vitale_testbed.completing import complete_fault


@click.command()
@click.argument("name", required=False, shell_complete=complete_fault)
@format_option()
def faults(name: str | None, output_format: str | None) -> int:
    """List the ways a card can break; with NAME, everything about one.

    \b
    Examples:
      vitale card faults
      vitale card faults removed
      vitale insert specimen --fault removed:after=3
      vitale insert specimen cps --fault 2:wrong_sw:sw=6F00,ins=2A,always=true
    """
    try:
        kinds = list(FAULTS.values()) if name is None else [fault(name).kind]
    except FaultError as error:
        raise fault_problem(error) from error
    if chosen_format(output_format) == "json":
        print_json([_as_dict(kind) for kind in kinds])
    elif name is None:
        width = max(map(len, FAULTS))
        for kind in kinds:
            click.echo(f"{kind.name:<{width}}  {kind.description}")
    else:
        _show(kinds[0])
    return 0


def _show(kind: FaultKind) -> None:
    click.echo(f"{kind.name}: {kind.description}\n")
    for parameter in kind.parameters:
        default = f", {parameter.written} unless given" if parameter.written else ""
        click.echo(f"  {parameter.name:<8} {parameter.description} ({parameter.unit}{default})")
    for heading, text in (
        ("A PC/SC client", kind.pcsc),
        ("In process", kind.in_process),
        ("Our reader, Vitale card", ", ".join(kind.reader)),
        ("Our reader, professional card", ", ".join(kind.cps)),
        ("Source", f"{kind.source} ({kind.basis})"),
    ):
        click.echo(f"\n{heading}: {text}")


def _as_dict(kind: FaultKind) -> dict[str, object]:
    return {
        "name": kind.name,
        "description": kind.description,
        "parameters": [
            {"name": one.name, "unit": one.unit, "default": one.written or None, "description": one.description}
            for one in kind.parameters
        ],
        "pcsc": kind.pcsc,
        "in_process": kind.in_process,
        "reader": list(kind.reader),
        "cps": list(kind.cps),
        "source": kind.source,
        "basis": str(kind.basis),
    }
