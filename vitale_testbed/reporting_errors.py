"""The errors of the parts, told to a user: one sentence, one next step, the documented exit code."""

from emulator.image import ImageError
from emulator.pki import PkiError
from emulator.readers import ReaderSetupError
from emulator.recording import RecordingError
from reader_core.access import AccessTableError
from reader_core.iso7816 import TransportError
from reader_core.journal import JournalError
from vitale_testbed.problems import ExitCode, Problem


def image_problem(error: ImageError) -> Problem:
    """A card image that is missing, truncated or wrong: where, why, what next."""
    where = f", {error.where}" if error.where else ""
    return Problem(f"{error.source}{where}: {error.reason}", code="image_invalid", next_step=error.next_step)


def access_problem(error: AccessTableError) -> Problem:
    """A file that is no access table."""
    return Problem(str(error), code="access_invalid", next_step=error.next_step)


def journal_problem(error: JournalError) -> Problem:
    """A journal that cannot be written or read."""
    return Problem(str(error), code="journal_unavailable", next_step=error.next_step)


def pki_problem(error: PkiError) -> Problem:
    """A certificate or key that an image names and that cannot be used."""
    return Problem(f"{error.reference}: {error.reason}", code="credentials_invalid", next_step=error.next_step)


def recording_problem(error: RecordingError) -> Problem:
    """A file that is no recording, or one without the card that is wanted."""
    where = f", line {error.line}" if error.line else ""
    return Problem(f"{error.source}{where}: {error.reason}", code=error.code, next_step=error.next_step)


def setup_problem(error: ReaderSetupError) -> Problem:
    """A reader that could not be set up."""
    return Problem(error.message, code=error.code, next_step=error.next_step)


def transport_problem(error: TransportError) -> Problem:
    """A reader or card that failed outside of a reading."""
    return Problem(str(error), code=error.code, next_step=error.next_step, exit_code=ExitCode.REFUSED)
