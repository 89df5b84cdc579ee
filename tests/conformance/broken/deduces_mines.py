"""Sees régime 07, which is free to read, and shows the miners' exemption without any professional card."""

from conformance.protocol import Answer, ReadRequest
from conformance.serve import serve
from vitale_testbed.builtin import BuiltinReader


class DeducesMines(BuiltinReader):
    def read(self, request: ReadRequest) -> Answer:
        answer = super().read(request)
        if answer.card and answer.card["assure"]["regime"] == "07":
            for beneficiary in answer.card["beneficiaires"]:
                beneficiary["exoneration"] = beneficiary["exoneration"] or {
                    "nature": "regime_special",
                    "justificatif": "6",
                }
        return answer


serve(DeducesMines())
