"""Whether what was promised was found, by the order and the criteria set beforehand."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from probatum.analysis.catalogue import estimator
from probatum.analysis.estimate import Estimate
from probatum.stages.material import Material
from probatum.stages.performance import found
from probatum.study.endpoint import Endpoint


def estimated(endpoint: Endpoint, material: Material) -> Estimate:
    """The estimate an endpoint asks for.

    Parameters
    ----------
    endpoint : Endpoint
        States the measure and what it is asked with.
    material : Material
        The people, the index test's risks and, for a difference, the best comparator's.

    Raises
    ------
    NotEstimable
        Where these people cannot give it.
    """
    asked = estimator(endpoint.measure)
    arguments = material.arguments(asked, endpoint.choices, endpoint.by)
    estimate: Estimate = asked.call(**arguments)
    return estimate


def measured(endpoint: Endpoint, material: Material) -> Any:
    """As `estimated`, in the form evidence has; ``None`` where it does not exist."""
    return noted(endpoint, lambda: estimated(endpoint, material))


def noted(endpoint: Endpoint, estimate: Callable[[], Estimate]) -> Any:
    """An estimate made of an endpoint's measure, named by it; ``None`` where there is none."""
    told = found(estimate)
    return told and {**told, "estimator": estimator(endpoint.measure).name}


def judged(endpoints: Iterable[Endpoint], estimates: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each endpoint of a stage with its estimate, whether it is met, and what it may support.

    Primary endpoints are tested in the order given. The first that is not met ends the
    confirmatory claim: it and those before it are confirmatory, what follows is descriptive.
    A secondary endpoint is descriptive. What could not be estimated is not met.

    References
    ----------
    Maurer W, Hothorn LA, Lehmacher W. Biometrie in der chemisch-pharmazeutischen Industrie
    1995;6:3-18 (a-priori ordered hypotheses: no adjustment of the level is needed).
    """
    rows, is_open = [], True
    for endpoint in endpoints:
        estimate = estimates[endpoint.id]
        met = is_met(endpoint, estimate)
        is_primary = endpoint.role == "primary"
        rows.append(
            {
                "id": endpoint.id,
                "stage": endpoint.stage,
                "role": endpoint.role,
                "measure": endpoint.measure,
                "threshold": endpoint.threshold,
                "estimate": estimate,
                "criterion": endpoint.criterion.in_words(),
                "met": met,
                "confirmatory": is_primary and is_open,
            }
        )
        is_open = is_open and (met or not is_primary)
    return rows


def is_met(endpoint: Endpoint, estimate: Any) -> bool:
    """Whether an estimate, in the form evidence has, satisfies what the endpoint promised."""
    if estimate is None or estimate["lower"] is None:
        return False
    return endpoint.criterion.is_met(estimate["lower"], estimate["upper"])
