"""Looks at the four digits of the situation and never at the ALD character before them."""

from conformance.protocol import Answer, ReadRequest
from conformance.serve import serve
from vitale_testbed.builtin import BuiltinReader


class IgnoresAld(BuiltinReader):
    def read(self, request: ReadRequest) -> Answer:
        answer = super().read(request)
        for beneficiary in (answer.card or {}).get("beneficiaires", []):
            if beneficiary["exoneration"] and beneficiary["exoneration"]["nature"] == "ald":
                beneficiary["exoneration"].update(nature="aucune", justificatif="0", libelle="Non exonéré", avec=[])
        return answer


serve(IgnoresAld())
