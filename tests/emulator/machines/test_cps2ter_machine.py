"""The older card: class A0 and nothing else. Written from docs/cards/cps2ter.md."""

from typing import ClassVar

from hypothesis import settings

from .volume import VolumeModel


class Cps2terModel(VolumeModel):
    """Every other class is 6E00."""

    image = "cps2ter"
    cla = 0xA0
    foreign: ClassVar = dict.fromkeys((0x00, 0x01, 0x0C, 0x10, 0x43, 0x80, 0xA1, 0xFF), 0x6E00)


TestCps2ter = Cps2terModel.TestCase
TestCps2ter.settings = settings(max_examples=40, stateful_step_count=50, deadline=None)
