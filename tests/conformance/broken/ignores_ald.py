"""Looks at the four digits of the situation and never at the ALD character before them.

Holds its third reading for as long as there is a file that `VITALE_TESTS_HOLD` names: a run that is to be ended is not over before.
"""

import os
import time
from pathlib import Path

from conformance.protocol import Answer, ReadRequest
from conformance.serve import serve
from vitale_testbed.builtin import BuiltinReader

HOLD = os.environ.get("VITALE_TESTS_HOLD")


class IgnoresAld(BuiltinReader):
    count = 0

    def read(self, request: ReadRequest) -> Answer:
        self.count += 1
        while HOLD and self.count >= 3 and Path(HOLD).exists():
            time.sleep(0.05)
        answer = super().read(request)
        for beneficiary in (answer.card or {}).get("beneficiaires", []):
            if beneficiary["exoneration"] and beneficiary["exoneration"]["nature"] == "ald":
                beneficiary["exoneration"].update(nature="aucune", justificatif="0", libelle="Non exonéré", avec=[])
        return answer


serve(IgnoresAld())
