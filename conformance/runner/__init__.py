"""Running the catalogue against a product: `run_certify` starts pytest in a process of its own and waits for it."""

from conformance.outcome import ExitCode
from conformance.runner.certify import run_certify
from conformance.runner.config import CertifyConfig, ConfigurationError

__all__ = ["CertifyConfig", "ConfigurationError", "ExitCode", "run_certify"]
