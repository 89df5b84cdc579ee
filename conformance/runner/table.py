"""Product and readers of a process that plays cases, made from the configuration of the run."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from conformance.attended import StandingBench
from conformance.bench import NOTHING, Bench
from conformance.catalogue.model import DERIVED, LIMITS
from conformance.play import Table
from conformance.product_sheet import check_description, load_product_sheet
from conformance.products import Attendance, Product, ProductSetup
from conformance.protocol import Description, Trust
from conformance.runner.config import CertifyConfig, import_factory
from emulator.pki import revocation_list_paths, trusted_root_paths

OWN_VARIABLES = ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTHONSAFEPATH")
"""Set for the processes of a run by the one that started them; a product under test is not given them."""


@contextmanager
def set_table(config: CertifyConfig) -> Generator[tuple[Table, Description]]:
    """Set up readers and product, and ask the product who it is.

    Raises:
        ConfigurationError: There is no such product.
        ReaderSetupError: The readers cannot be set up.
        ProductUnavailableError: The product cannot be started.
        ProductSheetError: The product sheet cannot be used, or is another product's.
    """
    with StandingBench(config.reader) if config.page else Bench(config.reader) as bench:
        os.environ.update(bench.environment)  # a product in this process finds pcscd the same way
        product = make_product(config, bench.environment)
        try:
            description = product.describe()
            trust = Trust(
                roots=tuple(str(path) for path in trusted_root_paths()),
                crls=tuple(str(path) for path in revocation_list_paths()),
            )
            capabilities, functions = description.capabilities, None
            if config.sheet:
                path = Path(config.sheet)
                sheet = load_product_sheet(path)
                check_description(path, sheet, description)
                limits = tuple(one for one in description.capabilities if one in {*LIMITS, DERIVED})
                capabilities, functions = (*sheet.capabilities, *limits), sheet.claims.functions
            yield Table(product, capabilities, bench, trust, config.replay, functions, description.carries), description
        finally:
            product.stop()


def make_product(config: CertifyConfig, readers: Mapping[str, str] = NOTHING) -> Product:
    """Make the product; nothing is started yet.

    Args:
        config: The run.
        readers: What the product needs in its environment to find the readers.

    Raises:
        ConfigurationError: There is no such product.
    """
    environment = {**os.environ, **readers, **config.dropped}
    for name in OWN_VARIABLES:
        if name not in config.dropped:
            environment.pop(name, None)
    argument = config.product.partition(":")[2]
    attendance = config.page and Attendance(
        folder=Path(config.events).parent,
        sheet=config.sheet,
        resume=config.resume,
        readers=readers,
        port=config.page.port,
        browser=config.page.browser,
    )
    setup = ProductSetup(argument, config.timeout, environment, attendance, config.overlay)
    return import_factory(config.factory)(setup)
