"""The cards that are read in the benchmarks, and by the test that no command of a reading is needless."""

from __future__ import annotations

from emulator.image import Image, load_image, patch_image

CHILDREN = (
    "ALIX",
    "BASILE",
    "CLÉO",
    "DIANE",
    "ÉLOI",
    "FLORE",
    "GASPARD",
    "HUGO",
    "INÈS",
    "JULES",
    "KIM",
    "LÉA",
    "MAX",
    "NINA",
)


def crowd() -> Image:
    """`famille` and fourteen children more: nineteen beneficiaries, the most a card holds, and all groups filled."""
    return patch_image(
        load_image("famille"),
        {
            f"beneficiaires[{index}]": {
                "nom_usuel": "SPÉCIMEN",
                "prenom": name,
                "date_naissance": f"20{index + 5:02}0{index % 9 + 1}15",
                "qualite": "6",
                "droits": [{"debut": "20190901"}],
                "couvertures": [{"debut": "20190901", "situation": "0100"}],
            }
            for index, name in enumerate(CHILDREN, 5)
        },
    )


def image(name: str) -> Image:
    """A built-in image, or `crowd`."""
    return crowd() if name == "crowd" else load_image(name)
