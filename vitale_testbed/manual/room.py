"""Where a run waits for a person, and the page answers for them: one scene at a time, and one answer to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Condition, Event, RLock
from typing import Final, TypeVar, cast

import msgspec

from conformance.attended import Corrected, Review, Task
from conformance.attended.questions import Question
from conformance.attended.screens import check_screen
from conformance.events import Verdict
from conformance.protocol import Description
from conformance.testimony import Attachment, Screen
from conformance.words import Words
from emulator.readers import ReaderSetupError, TraceEntry
from reader_core.errors import ErrorText
from vitale_testbed.consult.refusals import Refusal, RefusedError
from vitale_testbed.manual.book import Book, Draft
from vitale_testbed.manual.scenes import Introducing, Observing, Over, Preparing, Reviewing, Scene, Working
from vitale_testbed.manual.shots import keep

T = TypeVar("T")

_MOST_SHOTS = 20
NO_PLAN: Final[Mapping[str, str]] = {}


class IncompleteError(Exception):
    """An answer that lacks something; `wrong` says what, by the number of the reading and the place on its form."""

    def __init__(self, wrong: dict[int, dict[str, Words]]) -> None:
        super().__init__(f"{sum(map(len, wrong.values()))} places are not as they should be")
        self.wrong = wrong


class Room:
    """The scenes of a run. The run's thread calls what waits; the page's threads call the rest.

    Args:
        folder: of the stream.
        book: keeps what is said.
        changed: called after each change, from the thread that made it.

    Attributes:
        version: grows with each scene.
        scene: what the run waits for.
        book: as given.
        lost: what went wrong with the readers; None while they are there.
        seen_over: set once a page has shown that the run has ended.
    """

    def __init__(self, folder: Path, book: Book, changed: Callable[[], None]) -> None:
        self.version = 0
        self.scene: Scene = Working()
        self.book = book
        self._folder = folder
        self._changed = changed
        self._guard = RLock()
        self._answered = Condition(self._guard)
        self._answer: object = None
        self._stopped = False
        self._left: tuple[str, ...] = ()
        self._total = 0
        self._plan: Mapping[str, str] = NO_PLAN
        self._whole = True
        self.seen_over = Event()
        self.lost: ReaderSetupError | None = None

    # --- the run's side ---------------------------------------------------------------------------------------------------

    def expect(self, left: Sequence[str], total: int, plan: Mapping[str, str] = NO_PLAN) -> None:
        """Be told what is to come, and its numbers in an editor's own test plan."""
        self._left, self._total, self._plan = tuple(left), total, plan

    def introduce(self, product: Description | None, offered: Sequence[str]) -> tuple[Description, str]:
        """Wait until the person has said who they are, and what the product is as far as that is not known."""
        given = cast("tuple[Description, str]", self._wait(Introducing(product, tuple(offered))))
        self.book.introduce(*given)
        return given

    def prepare(self, task: Task) -> None:
        """Wait until the person wants the cards."""
        self.book.turn_to(task.case_id)
        self._wait(Preparing(task))

    def observe(self, task: Task, seen: Callable[[], Sequence[TraceEntry]]) -> Screen:
        """Wait for what the person saw."""
        return cast("Screen", self._wait(Observing(task, seen)))

    def review(self, review: Review) -> Corrected | None:
        """Wait until the person has looked at the verdict."""
        changed = self._wait(Reviewing(review))
        return changed if isinstance(changed, Corrected) else None

    def close(self) -> None:
        """Say that the run has ended."""
        self._show(Over(self._whole and self.lost is None, self.lost))

    def _wait(self, scene: Scene) -> object:
        """Show a scene and return the answer to it; meanwhile nothing is to be done.

        Raises:
            KeyboardInterrupt: the person wants to stop here.
        """
        with self._guard:
            self._answer, self._whole = None, False
            self._show(scene)
            while self._answer is None and not self._stopped:
                self._answered.wait()
            if self._stopped:
                raise KeyboardInterrupt
            answer, self._whole = self._answer, True
            self._show(Working())
        return answer

    def _show(self, scene: Scene) -> None:
        with self._guard:
            self.scene = scene
            self.version += 1
        self._changed()

    # --- the page's side --------------------------------------------------------------------------------------------------

    def look(self) -> tuple[int, Scene]:
        """Return the scene and its version."""
        with self._guard:
            return self.version, self.scene

    @property
    def place(self) -> tuple[int, int]:
        """Which case of how many it is; 0 before the first."""
        task = task_of(self.scene)
        done = self._total - len(self._left)
        at = self._left.index(task.case_id) + 1 if task and task.case_id in self._left else 0
        return done + at, self._total

    @property
    def plan_number(self) -> str:
        """The number of the case, or else of its requirement, in the editor's own test plan; empty for none."""
        task = task_of(self.scene)
        return self._plan.get(task.case_id) or self._plan.get(task.requirement.id, "") if task else ""

    def stop(self) -> None:
        """Stop here: the run is resumed later."""
        with self._guard:
            self._stopped = True
            self._answered.notify_all()

    def introduced(self, version: int, named: Description | None, capabilities: Sequence[str], by: str) -> None:
        """Answer `Introducing`: who the person is and, where no sheet says it, what the product is and declares.

        Raises:
            RefusedError: the page is not at that any more, or the product has no name.
        """
        scene = self._at(version, Introducing)
        product = scene.product or named
        if product is None:
            raise RefusedError.of("bad_request", "give the name and the release of the product")
        more = tuple(one for one in scene.offered if one in capabilities and one not in product.capabilities)
        product = msgspec.structs.replace(product, capabilities=(*product.capabilities, *more))
        self._reply(version, (product, by))

    def ready(self, version: int) -> None:
        """Answer `Preparing`: the person wants the cards in the readers.

        Raises:
            RefusedError: the page is not at that any more.
        """
        self._at(version, Preparing)
        self._reply(version, True)

    def draft(self, version: int, draft: Draft) -> None:
        """Keep an answer as far as it is given."""
        with self._guard:  # the run does not go on to another case meanwhile
            task = self._at(version, Observing).task
            self.book.draft(task.case_id, task.number, draft)

    def answered(self, version: int, screen: Screen) -> None:
        """Answer `Observing`.

        Raises:
            IncompleteError: something is missing.
        """
        task = self._at(version, Observing).task
        wrong = check_screen(task.questions, screen)
        if wrong:
            raise IncompleteError({task.number: wrong})
        self._reply(version, without_strangers(task.questions, screen))

    def accepted(self, version: int) -> None:
        """Answer `Reviewing`: it is so."""
        self._at(version, Reviewing)
        self._reply(version, True)

    def corrected(self, version: int, corrected: Corrected) -> None:
        """Answer `Reviewing`: it is otherwise.

        Raises:
            IncompleteError: something is missing.
            RefusedError: there is nothing to correct here any more, or not as many answers as readings.
        """
        review = self._at(version, Reviewing).review
        if len(corrected.screens) != len(review.tasks):
            raise RefusedError(_elsewhere(f"{len(corrected.screens)} answers to {len(review.tasks)} readings"))
        pairs = list(zip(review.tasks, corrected.screens, strict=True))
        wrong = {task.number: found for task, screen in pairs if (found := check_screen(task.questions, screen))}
        if not corrected.note.strip():
            wrong[0] = {"note": Words("Say why you change your answer.", "Dites pourquoi vous changez votre réponse.")}
        # After an answer that meant nothing the product may be made to read now, and the same answer be right.
        if corrected.screens == review.screens and review.judgement.verdict is not Verdict.INCONCLUSIVE:
            wrong.setdefault(0, {})["note"] = Words("No answer is changed yet.", "Aucune réponse n'est encore changée.")
        if wrong:
            raise IncompleteError(wrong)
        screens = tuple(without_strangers(task.questions, screen) for task, screen in pairs)
        self._reply(version, Corrected(screens, corrected.note.strip(), corrected.at))

    def attach(self, version: int, name: str, content: bytes) -> Attachment:
        """Keep a screenshot of the reading that is shown.

        Raises:
            RefusedError: another reading is shown by now, the case has as many as it may, or the file is no picture.
        """
        with self._guard:  # several are sent at once; and the run does not go on to another case meanwhile
            task = self._shown(version)
            kept = self.book.case(task.case_id).attachments
            if len(kept) >= _MOST_SHOTS:
                raise RefusedError(_TOO_MANY)
            made = keep(self._folder, task.case_id, task.number, name, content)
            self.book.attach(task.case_id, (*(each for each in kept if each.file != made.file), made))
        self._changed()
        return made

    def detach(self, version: int, file: str) -> None:
        """Forget a screenshot of the case; its file stays where it is."""
        with self._guard:
            task = self._shown(version)
            kept = self.book.case(task.case_id).attachments
            self.book.attach(task.case_id, tuple(each for each in kept if each.file != file))
        self._changed()

    def picture(self, name: str) -> tuple[bytes, str] | None:
        """Return a screenshot of the case that is shown, with its media type."""
        task = task_of(self.scene)
        for each in self.book.case(task.case_id).attachments if task else ():
            if each.file.rpartition("/")[2] == name:
                return (self._folder / each.file).read_bytes(), each.media_type
        return None

    def _shown(self, version: int) -> Task:
        with self._guard:
            task = task_of(self.scene)
            if version != self.version or task is None or isinstance(self.scene, Preparing):
                raise RefusedError(_elsewhere("nothing is asked about a screen"))
            return task

    def _at(self, version: int, kind: type[T]) -> T:
        with self._guard:
            if version != self.version or not isinstance(self.scene, kind):
                raise RefusedError(_elsewhere(type(self.scene).__name__.lower()))
            return self.scene

    def _reply(self, version: int, answer: object) -> None:
        with self._guard:
            if version != self.version or self._answer is not None:
                raise RefusedError(_elsewhere("answered already"))
            self._answer = answer
            self._answered.notify_all()


def task_of(scene: Scene) -> Task | None:
    """Return the reading that a scene is about; of a review, the last one."""
    match scene:
        case Preparing() | Observing():
            return scene.task
        case Reviewing():
            return scene.review.tasks[-1]
        case _:
            return None


def without_strangers(questions: Sequence[Question], screen: Screen) -> Screen:
    """Return an answer with nothing in it that was not asked."""
    asked = {question.path for question in questions}
    fields = {path: field for path, field in screen.fields.items() if path in asked}
    return Screen(outcome=screen.outcome, reason=screen.reason, message=screen.message, fields=fields)


def _elsewhere(evidence: str) -> Refusal:
    return Refusal(
        "scene_changed",
        409,
        ErrorText(
            "The run is no longer at this point.",
            "L'exécution n'en est plus là.",
            "Look at the page as it is now; what was answered is kept.",
            "Regardez la page telle qu'elle est maintenant ; les réponses données sont gardées.",
        ),
        evidence,
    )


_TOO_MANY = Refusal(
    "too_many",
    409,
    ErrorText(
        f"A case has {_MOST_SHOTS} screenshots at most.",
        f"Un cas a au plus {_MOST_SHOTS} captures.",
        "Remove one first.",
        "Retirez-en une d'abord.",
    ),
)
