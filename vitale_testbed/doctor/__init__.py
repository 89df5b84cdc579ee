"""What is installed, what is missing, and the one next step for each."""

import sys
from collections.abc import Callable

from vitale_testbed.doctor import pcsc, software
from vitale_testbed.doctor.finding import Finding

__all__ = ["Finding", "examine"]

_CHECKS: tuple[Callable[[], Finding], ...] = (
    software.python,
    software.pyscard,
    pcsc.pcscd,
    pcsc.vpcd,
    pcsc.namespaces,
    pcsc.shared,
    pcsc.port,
    software.weasyprint,
    software.web,
    software.generated,
    software.cluster,
    software.compiler,
    software.chromium,
)
_OF_LINUX = {pcsc.namespaces, pcsc.shared, pcsc.port}
"""About what other systems do not have; that they have no virtual PC/SC readers, the finding `pcscd` says."""


def examine() -> list[Finding]:
    """Look at everything once, in a stable order."""
    return [check() for check in _CHECKS if sys.platform == "linux" or check not in _OF_LINUX]
