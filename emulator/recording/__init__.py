"""Recording what programs and cards say to each other, and cards that say it again. See docs/recording.md."""

from emulator.recording.divergence import Divergence
from emulator.recording.errors import RecordingError
from emulator.recording.masking import mask_recording
from emulator.recording.model import Event, EventKind, RecordedCard, Recording
from emulator.recording.naming import is_recording, open_replay
from emulator.recording.parser import load_recording, parse_recording
from emulator.recording.recorder import Recorder, RecordingCard, RecordingConnection
from emulator.recording.replay import ReplayCard
from emulator.recording.writer import dump_recording

__all__ = [
    "Divergence",
    "Event",
    "EventKind",
    "RecordedCard",
    "Recorder",
    "Recording",
    "RecordingCard",
    "RecordingConnection",
    "RecordingError",
    "ReplayCard",
    "dump_recording",
    "is_recording",
    "load_recording",
    "mask_recording",
    "open_replay",
    "parse_recording",
]
