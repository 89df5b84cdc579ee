"""Masking a recording: secrets out, pseudonyms in, and a replay that still reads."""

from emulator.recording.masking.mask import NOTES, mask_recording

__all__ = ["NOTES", "mask_recording"]
