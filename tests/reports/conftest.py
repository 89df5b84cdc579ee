"""Streams made for the reports' tests: any size, any verdict, any text in them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from dossier_keys import Keys, write_keys

from conformance.events import (
    CaseFinished,
    CatalogueInfo,
    Check,
    Exchange,
    FamilyInfo,
    FieldSeen,
    JsonValue,
    Origin,
    OriginFile,
    ProductInfo,
    RequirementInfo,
    RunFinished,
    RunStarted,
    ScenarioInfo,
    ToolInfo,
    Verdict,
    encode_event,
)

FAMILIES = (
    ("VIT-IDE", "Identité et état civil", "Identity and civil status", "famille"),
    ("VIT-PRO", "Données protégées et ALD", "Protected data and ALD", "famille"),
    ("VIT-MAY", "Régime de Mayotte", "Scheme of Mayotte", "mayotte"),
    ("VIT-MIN", "Exonérations des Mines", "Exemptions of the Mines", "mines"),
    ("VIT-RAT", "Exonérations de la RATP", "Exemptions of the RATP", "ratp"),
    ("VIT-MAT", "Maternité", "Maternity", "maternite"),
    ("VIT-UNC", "Décret UNCAM", "UNCAM decree", "uncam"),
    ("VIT-ACC", "Contrôle d'accès", "Access control", "specimen"),
    ("VIT-ERR", "Carte retirée", "Card removed", "specimen"),
)

BASES = ("law", "observed", "assumption", "standard")

TITLES = (
    ("La nature de l'exonération est celle que la carte porte", "The nature of the exemption is what the card carries"),
    (
        "Sans carte de professionnel, l'exonération n'est pas affirmée",
        "Without a professional card, no exemption is claimed",
    ),
    ("Les accents des noms sont rendus à l'identique", "Accents in names come back unchanged"),
    ("Une date lunaire reste telle qu'elle est en carte", "A lunar date stays as the card has it"),
    ("Chaque bénéficiaire garde ses propres droits", "Every beneficiary keeps their own rights"),
)


@dataclass
class StreamMaker:
    """Makes streams. ``verdicts`` gives the verdict of the n-th case, PASS where it says nothing."""

    folder: Path
    made: int = field(default=0)

    def make(
        self,
        *,
        requirements: int = 18,
        cases_each: int = 2,
        verdicts: dict[int, Verdict] | None = None,
        exchanges: int = 14,
        stop_after: int | None = None,
        footer: bool = True,
        exit_code: int | None = None,
        interrupted: bool = False,
        text: str = "",
        wrong: tuple[JsonValue, JsonValue] = ("ald", "aucune"),
        capabilities: tuple[str, ...] = ("protected", "revocation"),
        carries: tuple[str, ...] = (),
        selection: tuple[str, ...] = (),
        product: str = "Cabinet Soleil",
        known: dict[int, str] | None = None,
        shard: str = "",
        sheet: dict[str, Any] | None = None,
        left_out: tuple[str, ...] = (),
        version: str = "4.2.0",
        started: str = "2026-01-15T09:30:00Z",
    ) -> Path:
        """Write a stream and return its path. ``text`` is put wherever a stream holds free text."""
        verdicts = verdicts or {}
        infos = [self._requirement(number, cases_each, text) for number in range(requirements)]
        events: list[Any] = [
            RunStarted(
                started=started,
                tool=ToolInfo(name="vitale-testbed", version="0.1.0"),
                product=ProductInfo(
                    name=product + text,
                    version=version,
                    vendor="Éditions Soleil" + text,
                    language="C#",
                    capabilities=capabilities,
                    carries=carries,
                    spec="exec:./cabinet-soleil --lecteur" + text,
                    sheet=sheet,
                ),
                reader="socket",
                environment={"python": "3.11.9", "platform": "Linux-6.1-x86_64" + text},
                catalogue=CatalogueInfo(version="0.1.0" + text, sha256=hashlib.sha256(b"catalogue").hexdigest()),
                scenarios_sha256=hashlib.sha256(b"scenarios").hexdigest(),
                selection=selection,
                shard=shard,
                left_out=left_out,
                families=tuple(FamilyInfo(id=i, title_fr=fr + text, title_en=en + text) for i, fr, en, _ in FAMILIES),
                requirements=tuple(infos),
            )
        ]
        finished: list[CaseFinished] = []
        for info in infos:
            for case_id in info.cases:
                if stop_after is not None and len(finished) >= stop_after:
                    break
                verdict = verdicts.get(len(finished), Verdict.PASS)
                case = self._case(info, case_id, verdict, exchanges, text, wrong)
                finished.append(msgspec.structs.replace(case, known=(known or {}).get(len(finished), "")))
        events += finished
        counts = {str(v): sum(case.verdict == v for case in finished) for v in Verdict}
        bad = any(counts[v] for v in (Verdict.FAIL, Verdict.INCONCLUSIVE))
        code = 3 if counts[Verdict.ERROR] else int(bad)
        if footer:
            events.append(
                RunFinished(
                    finished="2026-01-15T09:30:41Z",
                    counts={key: n for key, n in counts.items() if n},
                    exit_code=code if exit_code is None else exit_code,
                    interrupted=interrupted,
                    known=tuple(case.id for case in finished if case.known and not case.conformant),
                    stale=tuple(case.id for case in finished if case.known and case.conformant),
                )
            )
        self.made += 1
        path = self.folder / f"events-{self.made}.jsonl"
        path.write_bytes(b"".join(encode_event(event) for event in events))
        return path

    def _requirement(self, number: int, cases: int, text: str) -> RequirementInfo:
        family = FAMILIES[number % len(FAMILIES)][0]
        ident = f"{family}-{number // len(FAMILIES) + 1:03d}"
        fr, en = TITLES[number % len(TITLES)]
        return RequirementInfo(
            id=ident,
            family=family,
            title=en + text,
            title_fr=fr + text,
            wording="Le produit rend ce que la carte porte, ni plus ni moins. Un produit fautif déduit la donnée du régime."
            + text,
            level="SHOULD" if number % 7 == 6 else "MUST",
            source="CSS, art. L. 160-14 ; fiche publique de l'API de lecture Vitale 4.10" + text,
            basis=BASES[number % 4],
            api=("4.10",) if number % 3 else ("before", "4.10"),
            needs=("protected",) if number % 2 else (),
            cases=tuple(f"{ident}/{n}" for n in range(1, cases + 1)),
        )

    def _case(
        self,
        info: RequirementInfo,
        case_id: str,
        verdict: Verdict,
        exchanges: int,
        text: str,
        wrong: tuple[JsonValue, JsonValue],
    ) -> CaseFinished:
        image = next(image for family, _, _, image in FAMILIES if family == info.family)
        number = int(case_id.rpartition("/")[2])
        with_cps = number % 2 == 0
        reasons = {
            Verdict.FAIL: "1 value differs: beneficiaires[0].exoneration.nature",
            Verdict.WARN: "1 value differs: beneficiaires[0].exoneration.libelle",
            Verdict.INCONCLUSIVE: "the product gave no answer in 10 s",
            Verdict.ERROR: "the socket reader could not be started: port already taken",
            Verdict.NOT_APPLICABLE: "the product does not declare the capability protected",
            Verdict.INFO: "two answers are right here; the product gave the second",
        }
        source = "décret 2004-1490, art. 1 ; docs/4.10.md" + text
        rights: list[Check] = [
            Check(
                path="beneficiaires[0].nom_usuel",
                expected="LEFÈVRE" + text,
                actual="LEFÈVRE" + text,
                ok=True,
                source=source,
            ),
            Check(path="assure.nir", expected="1850599999001", actual="1850599999001", ok=True, source=source),
            Check(path="beneficiaires[0].naissance.lunaire", expected=False, actual=False, ok=True, source=source),
            Check(path="protected.code", expected=None, actual=None, ok=True, source=source),
        ]
        wrongs: list[Check] = []
        if verdict in {Verdict.FAIL, Verdict.WARN}:
            wrongs = [
                Check(
                    path="beneficiaires[0].exoneration.nature",
                    expected=wrong[0],
                    actual=wrong[1],
                    ok=False,
                    source=source,
                    origin=self._origin(text),
                ),
                Check(
                    path="beneficiaires[1].prenom",
                    expected="Élodie" + text,
                    actual="Ã‰lodie" + text,
                    ok=False,
                    source=source,
                ),
            ]
        silent = verdict in {Verdict.NOT_APPLICABLE, Verdict.ERROR, Verdict.INCONCLUSIVE}
        return CaseFinished(
            id=case_id,
            requirement=info.id,
            scenario=ScenarioInfo(
                id=f"{image}-{number}" + text,
                title=("Avec une CPS et son code : exonération lue" if with_cps else "Sans carte de professionnel")
                + text,
                source=source,
                basis=BASES[number % 4],
                vitale=image + text,
                cps="cps" if with_cps else None,
                pin_given=with_cps,
                on="2026-01-15",
                api="4.10",
            ),
            verdict=verdict,
            reason=reasons.get(verdict, "") + (text if verdict != Verdict.PASS else ""),
            checks=() if silent else (*wrongs, *rights),
            answers=() if silent else ({"id": case_id, "card": self._card(text)},),
            trace=() if verdict == Verdict.NOT_APPLICABLE else self._trace(case_id, exchanges, text),
            stderr="avertissement : table des régimes absente\n" + text if verdict == Verdict.FAIL else "",
            duration_ms=412.6,
            replay=f"vitale certify --product 'exec:./cabinet-soleil --lecteur' --reader socket --only {case_id}"
            + text,
        )

    @staticmethod
    def _origin(text: str) -> Origin:
        """A file that was read, one that was refused and one that the product never asked for."""
        fields = (
            FieldSeen(tags="E6 82", name="ald", title="ALD character", value="1", record=2, beneficiary=1),
            FieldSeen(tags="E6 83", name="situation", title="code", value="0700" + text, record=2, beneficiary=1),
        )
        place = partial(OriginFile, application="VITALE", slot="vitale")
        return Origin(
            rule="the rules of docs/4.10.md" + text,
            rule_fr="les règles de docs/4.10.md" + text,
            files=(
                place(
                    name="DROITS",
                    title="periods of rights",
                    fid="2014",
                    access="protected",
                    state="read",
                    wanted=("82 ald", "83 situation"),
                    fields=fields,
                ),
                place(
                    name="MATERN",
                    title="maternity",
                    title_fr="maternité" + text,
                    fid="201A",
                    access="protected",
                    state="refused",
                    status="6982",
                ),
                place(name="CARTE", title="validity", fid="201B", access="free", state="unread"),
            ),
        )

    @staticmethod
    def _card(text: str) -> dict[str, Any]:
        person = {
            "nom_usuel": "LEFÈVRE" + text,
            "prenom": "Élodie",
            "adresse": ["12 RUE DES LILAS", "", "", "", "99999 VILLE-FICTIVE"],
        }
        return {
            "schema": "vitale-card/1",
            "api": "4.10",
            "on": "2026-01-15",
            "vitale": {"profile": "vitale2", "atr": "3B751300004309EA9000", "type_carte": "T"},
            "beneficiaires": [
                {"index": n, **person, "droits": [{"debut": "2020-01-01", "fin": None}]} for n in range(1, 5)
            ],
        }

    @staticmethod
    def _trace(case_id: str, exchanges: int, text: str) -> tuple[Exchange, ...]:
        out = [
            Exchange(slot="vitale", at_ms=0.4, kind="power_on", response="3B751300004309EA9000"),
            Exchange(slot="cps", at_ms=1.1, kind="power_on", response="3BAC00402A001225006480000310009000"),
        ]
        seed = hashlib.sha256(case_id.encode()).hexdigest()
        for number in range(exchanges):
            shared = hashlib.sha256(str(number).encode()).hexdigest() * (1 + number % 7)
            command, response, words, meaning = (
                ("00A4040C0BD250000002564954414C45", "9000", "SELECT by name D2 50 .. (VITALE)" + text, "90 00: done"),
                (
                    f"00A4020C02{0x2010 + number:04X}",
                    "9000",
                    f"SELECT file {0x2010 + number:04X} (DROITS)",
                    "90 00: done",
                ),
                (
                    "00B0000000",
                    shared + "9000",
                    "READ BINARY at 0, up to 256 bytes",
                    f"90 00: {len(shared) // 2} bytes",
                ),
                ("00B0000000", "6982", "READ BINARY at 0, up to 256 bytes", "69 82: security status not satisfied"),
                ("0088000033" + seed, seed * 4 + "9000", "INTERNAL AUTHENTICATE, 51 bytes", "90 00: done, 128 bytes"),
            )[number % 5]
            out.append(
                Exchange(
                    slot="cps" if number % 5 == 4 else "vitale",
                    at_ms=2.0 + 3.75 * number,
                    kind="apdu",
                    command=command,
                    response=response,
                    command_text=words,
                    response_text=meaning,
                )
            )
        return tuple(out)


@pytest.fixture(scope="session")
def make_stream(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return `StreamMaker.make`: writes a stream of its own each time and returns its path."""
    return StreamMaker(tmp_path_factory.mktemp("streams")).make


@pytest.fixture
def green(make_stream: Callable[..., Path]) -> Path:
    """A finished run in which everything passed."""
    return make_stream()


@pytest.fixture
def red(make_stream: Callable[..., Path]) -> Path:
    """A finished run with one case or more of every verdict but ERROR."""
    return make_stream(
        verdicts={
            5: Verdict.FAIL,
            7: Verdict.FAIL,
            9: Verdict.INCONCLUSIVE,
            13: Verdict.WARN,
            16: Verdict.INFO,
            21: Verdict.NOT_APPLICABLE,
            30: Verdict.NOT_APPLICABLE,
            31: Verdict.NOT_APPLICABLE,
        }
    )


@pytest.fixture(scope="session")
def sample() -> Path:
    """A stream as the harness writes it, with every verdict but INFO, cut short."""
    return Path(__file__).parent / "data" / "sample.events.jsonl"


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Files of keys and certificates."""
    return write_keys(tmp_path_factory.mktemp("keys"))
