"""Whether what was promised was found, by the order and the criteria set beforehand."""

from collections.abc import Iterable, Mapping
from typing import Any

from probatum.analysis.calibration import observed_expected, slope
from probatum.analysis.decision import net_benefit_difference
from probatum.analysis.discrimination import auc, auc_difference
from probatum.analysis.estimate import Estimate
from probatum.errors import ProtocolError
from probatum.stages.followed import Numbers
from probatum.stages.performance import Predicted, found
from probatum.study.endpoint import Endpoint


def estimated(endpoint: Endpoint, cases: Predicted, rival: Numbers | None = None) -> Estimate:
    """The estimate an endpoint asks for.

    Parameters
    ----------
    endpoint : Endpoint
        States measure and threshold.
    cases : Predicted
        The index test's risks and the outcomes.
    rival : (n,) of float in [0, 1], optional
        Risks of the best comparator for the same people, for a difference of areas.

    Raises
    ------
    NotEstimable
        Where these people cannot give it.
    ProtocolError
        If the measure needs a rival and there is none.
    """
    y, p, options = cases.outcome, cases.risk, cases.weighted()
    match endpoint.measure:
        case "auc":
            return auc(y, p, **options)
        case "calibration_slope":
            return slope(y, p, limit=cases.resolution, **options)
        case "observed_expected":
            return observed_expected(y, p, **options)
        case "net_benefit_difference" if endpoint.threshold is not None:
            return net_benefit_difference(y, p, endpoint.threshold, **options)
        case "auc_difference" if rival is not None:
            return auc_difference(y, p, rival, **options)
    raise ProtocolError(
        f"endpoint {endpoint.id} — expected what {endpoint.measure} needs, got no threshold or "
        "no comparator in this stage — state it, or measure it where comparators are run"
    )


def measured(endpoint: Endpoint, cases: Predicted, rival: Numbers | None = None) -> Any:
    """As `estimated`, in the form evidence has; ``None`` where it does not exist."""
    return found(estimated, endpoint, cases, rival)


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
