"""Readers that read right and export or print wrong."""

from __future__ import annotations

import base64
import re
from typing import ClassVar

import msgspec

from conformance.broken_readers.model import Defect, wrong_answer
from conformance.protocol import Answer, ReadRequest


class _Export(Defect):
    """A reader whose export in one format is spoiled."""

    format: ClassVar[str]
    on: str
    has_reader: bool

    def answer(self, request: ReadRequest, answer: Answer) -> Answer:
        self.on, self.has_reader = request.on, request.cps is not None
        content = answer.exports.get(self.format)
        if content is None:
            return answer
        spoiled = self.spoiled(base64.b64decode(content))
        exports = answer.exports | {self.format: base64.b64encode(spoiled).decode()}
        return msgspec.structs.replace(answer, exports=exports)

    def spoiled(self, content: bytes) -> bytes:
        """Spoil what was exported."""
        return content


class _Csv(_Export):
    format = "csv"


class _Xml(_Export):
    format = "xml"


class _Ssv(_Export):
    format = "ssv"


class _Sheet(_Export):
    format = "sheet"


@wrong_answer("VIT-EXP-001", "writes one line a card", "écrit une ligne par carte")
class OneLineACard(_Csv):
    def spoiled(self, content: bytes) -> bytes:
        return b"\r\n".join(content.split(b"\r\n")[:2])


@wrong_answer(
    "VIT-EXP-002",
    "writes a table in another encoding than it says",
    "écrit un tableau dans un autre encodage qu'il ne le dit",
)
class LatinTable(_Csv):
    def spoiled(self, content: bytes) -> bytes:
        return content.decode("utf-8-sig").encode("latin-1", errors="replace")


@wrong_answer("VIT-EXP-003", "exports the first period of rights only", "n'exporte que la première période de droits")
class FirstPeriodExported(_Csv):
    def spoiled(self, content: bytes) -> bytes:
        return re.sub(rb"(\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d) \| [^;]*", rb"\1", content)


@wrong_answer("VIT-EXP-004", "never exports an exemption", "n'exporte jamais d'exonération")
class NoExemptionExported(_Csv):
    def spoiled(self, content: bytes) -> bytes:
        return content.replace(b";ald;4;", b";;;")


@wrong_answer(
    "VIT-EXP-005",
    "writes codes so that a spreadsheet drops their zeros",
    "écrit les codes de sorte qu'un tableur en perd les zéros",
)
class ZerosAreLost(_Csv):
    def spoiled(self, content: bytes) -> bytes:
        return re.sub(rb";'(0\d)", rb";\1", content)


@wrong_answer(
    "VIT-EXP-006",
    "lets a spreadsheet run what the card says",
    "laisse un tableur exécuter ce que dit la carte",
)
class FormulasRun(_Csv):
    def spoiled(self, content: bytes) -> bytes:
        return content.replace(b";'=", b";=")


@wrong_answer(
    "VIT-EXP-007",
    "exports «no exemption» where the exemption was not read",
    "exporte « sans exonération » quand l'exonération n'a pas été lue",
)
class NotReadIsExportedAsNone(_Csv):
    def spoiled(self, content: bytes) -> bytes:
        return content.replace(b";withheld;", b";read;")


@wrong_answer(
    "VIT-EXP-008",
    "writes UTF-8 under a declaration of ISO-8859-1",
    "écrit de l'UTF-8 sous une déclaration ISO-8859-1",
)
class OtherEncodingThanDeclared(_Xml):
    def spoiled(self, content: bytes) -> bytes:
        return content.decode("latin-1").encode()


@wrong_answer(
    "VIT-EXP-009",
    "writes a date of birth as on the card in both places",
    "écrit la date de naissance comme en carte aux deux endroits",
)
class DatesOfTheCardTwice(_Xml):
    def spoiled(self, content: bytes) -> bytes:
        return re.sub(rb"<date>(\d\d)(\d\d)(\d{4})</date>", rb"<date>\3\2\1</date>", content)


@wrong_answer("VIT-EXP-010", "exports numbers without their keys", "exporte les numéros sans leurs clés")
class NumbersWithoutKeys(_Xml):
    def spoiled(self, content: bytes) -> bytes:
        return re.sub(rb"<(nir|nirCertifie)>(\w{13})\d\d<", rb"<\1>\2<", content)


@wrong_answer(
    "VIT-EXP-011",
    "has a text in libelleExo for whoever is not exempted too",
    "met un texte dans libelleExo aussi pour les non-exonérés",
)
class AlwaysALabel(_Xml):
    def spoiled(self, content: bytes) -> bytes:
        return content.replace(b"<libelleExo></libelleExo>", "<libelleExo>Non exonéré</libelleExo>".encode("latin-1"))


@wrong_answer(
    "VIT-EXP-012",
    "has an empty libelleExo where the exemption was not read",
    "met un libelleExo vide quand l'exonération n'a pas été lue",
)
class EmptyLabel(_Xml):
    def spoiled(self, content: bytes) -> bytes:
        if b"<libelleExo>" in content:
            return content
        return content.replace(b"<medecinTraitant>", b"<libelleExo></libelleExo><medecinTraitant>")


@wrong_answer("VIT-EXP-013", "leaves out the empty fields of a group", "omet les champs vides d'un groupe")
class NoEmptyFields(_Ssv):
    def spoiled(self, content: bytes) -> bytes:
        length = content[2]
        fields = content[3 : 3 + length].replace(b"\0", b"")
        return content[:2] + bytes([len(fields)]) + fields + content[3 + length :]


@wrong_answer(
    "VIT-EXP-014",
    "exports an empty group 106 where the exemption was not read",
    "exporte un groupe 106 vide quand l'exonération n'a pas été lue",
)
class EmptyGroup106(_Ssv):
    def spoiled(self, content: bytes) -> bytes:
        return content + bytes.fromhex("006A 04 00000000") if not self.has_reader else content


@wrong_answer("VIT-IMP-001", "prints the insured person alone", "n'imprime que l'assuré")
class PrintsOnePerson(_Sheet):
    def spoiled(self, content: bytes) -> bytes:
        return content[:second] if (second := content.find("FRANÇOIS".encode())) > 0 else content


@wrong_answer("VIT-IMP-002", "prints the day of the printing", "imprime le jour de l'impression")
class PrintsToday(_Sheet):
    def spoiled(self, content: bytes) -> bytes:
        year, month, day = self.on.split("-")
        return content.replace(f"{day}/{month}/{year}".encode(), b"22/11/2026")


@wrong_answer("VIT-IMP-003", "never prints an exemption", "n'imprime jamais d'exonération")
class PrintsNoExemption(_Sheet):
    def spoiled(self, content: bytes) -> bytes:
        return re.sub(rb"(?i)\bALD\b|affection", b"...", content)


@wrong_answer(
    "VIT-IMP-004",
    "prints an exemption that nobody opened",
    "imprime une exonération que personne n'a ouverte",
)
class PrintsTheIllness(_Sheet):
    def spoiled(self, content: bytes) -> bytes:
        return content if self.has_reader else content.replace(b"</main>", b"<p>ALD (10100)</p></main>")


@wrong_answer("VIT-IMP-005", "prints a text as markup", "imprime un texte comme du balisage")
class TextIsMarkup(_Sheet):
    def spoiled(self, content: bytes) -> bytes:
        return content.replace(b"&lt;", b"<").replace(b"&gt;", b">")
