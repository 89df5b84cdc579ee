"""Reads the card's Latin-1 names as UTF-8 and puts a question mark where that fails."""

from conformance.protocol import Answer, ReadRequest
from conformance.serve import serve
from vitale_testbed.builtin import BuiltinReader


class ManglesAccents(BuiltinReader):
    def read(self, request: ReadRequest) -> Answer:
        answer = super().read(request)
        for beneficiary in (answer.card or {}).get("beneficiaires", []):
            for name in ("nom_usuel", "nom_patronymique", "prenom"):
                beneficiary[name] = (
                    beneficiary[name].encode("latin-1").decode("utf-8", "replace").replace("\ufffd", "?")
                )
        return answer


serve(ManglesAccents())
