"""Five readers, n cases, two treatments: readings made as Roe and Metz make them.

Half of the cases are diseased. A reading is the sum of what the case looks like to everybody,
under the treatment, to the reader, and to the reader under the treatment, and of chance; the
variances of what belongs to cases add up to one. Roe CA, Metz CE. Acad Radiol 1997;4:298-303.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from benchmarks.coverage.row import Row, interval, null_test, since
from probatum.analysis import reader_study as r

READERS = 5
FAR = 1.8
GAIN = 0.35
OF_READERS = 0.0055
OF_CASES = {"case": 0.3, "treatment": 0.3, "reader": 0.2, "chance": 0.2}
MODEL = "model"
RULE = since(50)
CAREFUL = "a difference of covariances below 0 counts as 0, so the error is overrated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """What readings vary from."""

    gain: float = 0.0
    of_readers: float = OF_READERS
    of_treatments: float = OF_CASES["treatment"]
    same_cases: bool = False

    def draw(self, n: int, rng: np.random.Generator) -> tuple[r.Reads]:
        """Readings of every case by every reader under treatments a and b."""
        cases = np.random.default_rng(7) if self.same_cases else rng
        truth = np.arange(n) % 2
        far = np.array([FAR + self.gain, FAR])[:, None, None]
        own, shared = np.sqrt(self.of_readers), np.sqrt(OF_CASES["case"])
        of_reader = own * rng.normal(size=(1, READERS, 2))
        of_reader = of_reader + own * rng.normal(size=(2, READERS, 2))
        looks = shared * cases.normal(size=n)
        under = np.sqrt(self.of_treatments) * cases.normal(size=(2, 1, n))
        to_reader = np.sqrt(OF_CASES["reader"]) * rng.normal(size=(1, READERS, n))
        chance = np.sqrt(OF_CASES["chance"]) * rng.normal(size=(2, READERS, n))
        rating = far * truth + of_reader[:, :, truth] + looks + under + to_reader + chance
        return (_reads(rating, truth, ("a", "b")),)

    def area(self, far: float) -> float:
        """Mean area over readers and cases, a treatment that parts the classes by so much."""
        of_cases = sum(OF_CASES.values()) - OF_CASES["treatment"] + self.of_treatments
        return float(special.ndtr(far / np.sqrt(2 * (of_cases + 2 * self.of_readers))))

    @property
    def difference(self) -> float:
        """Area under a less that under b."""
        return self.area(FAR + self.gain) - self.area(FAR)


def _reads(rating: np.ndarray, truth: np.ndarray, treatments: tuple[str, ...]) -> r.Reads:
    under, reader, case = (place.ravel() for place in np.indices(rating.shape))
    return r.Reads(
        reader=np.array([f"r{j}" for j in range(rating.shape[1])])[reader],
        treatment=np.array(treatments)[under],
        case=case,
        truth=truth[case],
        rating=rating.ravel(),
    )


BETTER, ALIKE = Population(gain=GAIN), Population()
FIXED_READERS = Population(gain=GAIN, of_readers=0.0)
FIXED_CASES = Population(of_treatments=0.0, same_cases=True)


def rows() -> Iterator[Row]:
    """Two treatments, one against a goal, and readers against a model."""
    yield from _two_treatments()
    yield from _single_arm()
    yield from _against_a_model()


def _ask(name: str, **options: Any) -> Any:
    if name == "ustatistic-difference":
        return lambda reads: r.ustatistic_difference(reads, **options)
    analysis = {
        "obuchowski-rockette": r.obuchowski_rockette,
        "dorfman-berbaum-metz": r.dorfman_berbaum_metz,
    }[name]
    return lambda reads: analysis(reads, **options).differences[0].difference


def _p_value(name: str) -> Any:
    ask = _ask(name)
    return lambda reads: ask(reads).p_value


def _two_treatments() -> Iterator[Row]:
    for name in ("obuchowski-rockette", "dorfman-berbaum-metz", "ustatistic-difference"):
        rounds = 4000
        truth = BETTER.difference
        yield interval(name, BETTER.draw, _ask(name), truth, RULE, rounds=rounds)
        of_null = 3 * rounds if name == "obuchowski-rockette" else rounds
        yield null_test(name, ALIKE.draw, _p_value(name), RULE, why=CAREFUL, rounds=of_null)
    name = "obuchowski-rockette"
    for covariance in ("delong", "unbiased"):
        yield interval(
            f"{name} ({covariance} covariances)",
            BETTER.draw,
            _ask(name, covariance=covariance),
            BETTER.difference,
            RULE,
            rounds=4000,
        )
    yield from _fixed(name)
    yield from _fixed("dorfman-berbaum-metz")


def _fixed(name: str) -> Iterator[Row]:
    yield interval(
        f"{name} (fixed readers)",
        FIXED_READERS.draw,
        _ask(name, readers="fixed"),
        FIXED_READERS.difference,
        RULE,
        rounds=4000,
    )
    ask = _ask(name, cases="fixed")
    yield interval(f"{name} (fixed cases)", FIXED_CASES.draw, ask, 0.0, RULE, rounds=4000)
    yield null_test(
        f"{name} (fixed cases)",
        FIXED_CASES.draw,
        lambda *a: ask(*a).p_value,
        RULE,
        why="an area of ten cases a class takes few values",
        rounds=12_000,
    )


def _single_arm() -> Iterator[Row]:
    goal = ALIKE.area(FAR)
    ask = lambda reads: r.single_arm(reads, goal=goal, arm="a")  # noqa: E731
    skewed = "the error of the areas is itself estimated from 25 cases of a class"
    yield interval("single-arm", ALIKE.draw, ask, goal, RULE, why=skewed, rounds=4000)
    yield null_test(
        "single-arm (at the goal)",
        ALIKE.draw,
        lambda *a: ask(*a).p_value,
        RULE,
        level=0.025,
        why=skewed,
        rounds=4000,
    )


def _with_model(n: int, rng: np.random.Generator, gain: float = 0.0) -> tuple[r.Reads]:
    """Readers under one treatment, and a model that shares what the case looks like."""
    truth = np.arange(n) % 2
    looks = np.sqrt(OF_CASES["case"]) * rng.normal(size=n)
    own = np.sqrt(2 * OF_READERS) * rng.normal(size=(READERS, 2))
    rating = FAR * truth + looks + own[:, truth] + np.sqrt(0.7) * rng.normal(size=(READERS, n))
    far = (FAR + gain) / np.sqrt(1 + 2 * OF_READERS)
    alone = far * truth + looks + np.sqrt(0.7) * rng.normal(size=n)
    told = _reads(np.vstack([rating, alone])[None], truth, ("alone",))
    reader = np.where(told.reader == f"r{READERS}", MODEL, told.reader)
    return (
        r.Reads(
            reader=reader,
            treatment=told.treatment,
            case=told.case,
            truth=told.truth,
            rating=told.rating,
        ),
    )


def _against_a_model() -> Iterator[Row]:
    ask = lambda reads: r.reader_versus_model(reads, model=MODEL)  # noqa: E731
    truth = ALIKE.area(FAR + GAIN) - ALIKE.area(FAR)
    yield interval(
        "reader-versus-model",
        lambda n, rng: _with_model(n, rng, GAIN),
        ask,
        truth,
        RULE,
        rounds=4000,
    )
    yield null_test(
        "reader-versus-model", _with_model, lambda *a: ask(*a).p_value, RULE, rounds=4000
    )
