"""Masking a recording: secrets out, pseudonyms in, and a replay that still reads."""

from emulator.recording.masking.mask import NOTES, mask_recording
from emulator.recording.masking.rules import packed_numbers, unmaskable

__all__ = ["NOTES", "mask_recording", "packed_numbers", "unmaskable"]
