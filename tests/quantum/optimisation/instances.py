"""Builders of problems and of draws, and the brute force that answers are held against."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from probatum.quantum.optimisation.problems.appointments import AppointmentSchedule, Visit
from probatum.quantum.optimisation.problems.beds import Bed, BedAssignment, Patient
from probatum.quantum.optimisation.problems.doses import DoseSelection, Drug, Interaction
from probatum.quantum.optimisation.problems.feature_selection import FeatureSelection
from probatum.quantum.optimisation.qubo import Qubo
from probatum.quantum.optimisation.samples import Samples, collected


def a_qubo(variables=5, seed=0, whole=False):
    rng = np.random.default_rng(seed)
    draw = (lambda size: rng.integers(-4, 5, size).astype(float)) if whole else rng.normal
    return Qubo(
        linear=draw(size=variables),
        quadratic=np.triu(draw(size=(variables, variables)), 1),
        offset=float(draw(size=1)[0]),
    )


def a_feature_selection(features=6, count=3, seed=0):
    rng = np.random.default_rng(seed)
    shared = rng.random((features, features))
    return FeatureSelection(
        names=tuple(f"feature {k}" for k in range(features)),
        relevance=rng.random(features),
        redundancy=(shared + shared.T) / 2,
        count=count,
        redundancy_weight=1.0,
    )


def a_ward(patients=3, beds=4, seed=0, isolated=1, lying=None):
    """Bays of two beds; in the first lie people of the sex ``lying``, in the others nobody."""
    rng = np.random.default_rng(seed)
    people = tuple(
        Patient(name=f"P{k}", sex="FM"[int(rng.integers(2))], needs_isolation=k < isolated)
        for k in range(patients)
    )
    places = tuple(
        Bed(
            name=f"B{k}",
            bay=f"bay {k // 2}",
            bay_sex=lying if k < 2 else None,
            is_isolation=k < 2,
        )
        for k in range(beds)
    )
    return BedAssignment(patients=people, beds=places, costs=rng.random((patients, beds)))


def a_clinic(seed=0, visits=3, slots=4, room=1):
    rng = np.random.default_rng(seed)
    people = tuple(
        Visit(
            name=f"V{k}",
            duration=int(rng.integers(1, 3)),
            earliest=int(rng.integers(0, 2)),
            latest=slots,
            urgency=float(rng.random()),
        )
        for k in range(visits)
    )
    return AppointmentSchedule(visits=people, capacity=(room,) * slots)


def a_regimen(seed=0, minimum=3):
    rng = np.random.default_rng(seed)
    drugs = tuple(
        Drug(
            name=f"drug {k}",
            doses=(0.0, 10.0, 20.0),
            efficacy=(0, *(int(v) for v in np.sort(rng.integers(1, 4, 2)))),
            toxicity=((0, 0), *(tuple(map(int, rng.integers(0, 4, 2))) for _ in range(2))),
            burden=(0.0, *(float(v) for v in rng.random(2))),
        )
        for k in range(2)
    )
    return DoseSelection(
        drugs=drugs,
        organs=("kidney", "liver"),
        caps=(4, 4),
        minimum_efficacy=minimum,
        interactions=(
            Interaction(first="drug 0", first_level=2, second="drug 1", second_level=2),
        ),
    )


def a_large_ward(patients=6, beds=6):
    """Only one patient a bed is at stake, which the Hungarian method solves."""
    people = tuple(
        Patient(name=f"P{k}", sex="F", needs_isolation=False) for k in range(patients)
    )
    places = tuple(
        Bed(name=f"B{k}", bay="bay", bay_sex=None, is_isolation=False) for k in range(beds)
    )
    costs = np.random.default_rng(2).random((patients, beds))
    return BedAssignment(patients=people, beds=places, costs=costs)


PROBLEMS = {
    "features": a_feature_selection,
    "beds": a_ward,
    "beds among others": lambda seed: a_ward(seed=seed, lying="F"),
    "appointments": a_clinic,
    "doses": a_regimen,
}

names = st.sampled_from(sorted(PROBLEMS))
"""One kind of problem."""

seeds = st.integers(0, 2**32 - 1)
"""What a problem, or what is drawn of it, is made from."""


def random_samples(problem, seed, shots=50):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 2, (shots, len(problem.decisions)))
    return collected(rows, source="quantum sample")


def one_sample(bits, source="quantum sample"):
    return Samples(bits=np.array([bits], dtype=np.int8), counts=np.array([1]), source=source)


def best_by_hand(problem):
    """Return the least cost of all choices that the clinic's own check passes, or None."""
    choices = product((0, 1), repeat=len(problem.decisions))
    rows = (np.array(bits, dtype=np.int8) for bits in choices)
    return min((problem.cost(bits) for bits in rows if not problem.broken(bits)), default=None)
