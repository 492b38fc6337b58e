"""Whether the parts of a protocol agree with one another.

Each rule reads a few sections and yields what contradicts. A rule is asked only when the
sections it reads are themselves sound, so that one mistake is reported once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from probatum.study import robustness_coherence, statistics_coherence
from probatum.study.contradiction import Contradiction, Place, Rules, unknown
from probatum.study.population import Role

RULES = Rules()


def contradictions(sections: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Every contradiction between the ``sections`` given, each a typed part of a protocol."""
    for rules in (RULES, robustness_coherence.RULES, statistics_coherence.RULES):
        yield from rules.contradictions(sections)


@RULES.reads("columns")
def _names_are_unique(columns: Any) -> Iterator[Contradiction]:
    counts = Counter(column.name for column in columns)
    for index, column in enumerate(columns):
        if counts[column.name] > 1:
            counts[column.name] = 0
            yield Contradiction(
                place=("columns", index, "name"),
                expected="each column named once",
                found=f"{column.name!r} more than once",
            )


@RULES.reads("columns", "population")
def _population_names_columns(columns: Any, population: Any) -> Iterator[Contradiction]:
    known = {column.name: column for column in columns}
    wanted = {"id_column": Role.IDENTIFIER, "time_column": Role.TIME}
    for field, role in wanted.items():
        name = getattr(population, field)
        if name not in known or known[name].role is not role:
            yield Contradiction(
                place=("population", field),
                expected=f"a column of role {role}",
                found=repr(name),
            )
    for index, rule in enumerate(population.eligibility):
        if rule.column not in known or known[rule.column].known_at != "baseline":
            yield Contradiction(
                place=("population", "eligibility", index, "column"),
                expected="a column known at baseline",
                found=repr(rule.column),
            )


@RULES.reads("population")
def _partitions_follow_one_another(population: Any) -> Iterator[Contradiction]:
    parts = population.partitions
    later = {"evaluation": max(parts.development), "silent": max(parts.evaluation)}
    for name, latest in later.items():
        periods = getattr(parts, name)
        if periods and min(periods) <= latest:
            yield Contradiction(
                place=("population", "partitions", name),
                expected=f"periods later than {latest}, the end of the partition before",
                found=str(min(periods)),
            )


@RULES.reads("columns", "outcome")
def _outcome_is_known_later(columns: Any, outcome: Any) -> Iterator[Contradiction]:
    leaks = {column.name for column in columns if column.role is Role.LEAK}
    for field in ("time_column", "event_column"):
        if getattr(outcome, field) not in leaks:
            yield Contradiction(
                place=("outcome", field),
                expected="a column of role leak, known at follow_up",
                found=repr(getattr(outcome, field)),
            )


@RULES.reads("columns", "model")
def _models_see_predictors_only(columns: Any, model: Any) -> Iterator[Contradiction]:
    roles = {column.name: column.role for column in columns}
    predictors = {name for name, role in roles.items() if role is Role.PREDICTOR}
    for index, feature in enumerate(model.features):
        for position, name in enumerate(feature.columns):
            if name not in predictors:
                role = f"role {roles[name]}" if name in roles else "no column"
                yield Contradiction(
                    place=("model", "features", index, "columns", position),
                    expected="a column of role predictor",
                    found=f"{name!r}, {role}",
                )
    place: Place = ("model", "fallback", "without_columns")
    yield from unknown(place, model.fallback.without_columns, predictors, "a predictor column")


@RULES.reads("columns", "model")
def _equals_asks_for_a_category(columns: Any, model: Any) -> Iterator[Contradiction]:
    known = {column.name: column.categories or () for column in columns}
    for index, feature in enumerate(model.features):
        categories = known.get(feature.columns[0], ())
        if feature.transform == "equals" and feature.value not in categories:
            yield Contradiction(
                place=("model", "features", index, "value"),
                expected=f"one of {list(categories)}",
                found=repr(feature.value),
            )


@RULES.reads("model")
def _qubits_for_the_features(model: Any) -> Iterator[Contradiction]:
    features = len(model.features)
    needed, words = features, "one qubit a feature"
    if set(model.index.encodings) == {"amplitude"}:
        needed, words = max(1, (features - 1).bit_length()), "one amplitude a feature"
    if model.index.qubits != needed:
        yield Contradiction(
            place=("model", "index", "qubits"),
            expected=f"{words}, {needed}",
            found=str(model.index.qubits),
        )


@RULES.reads("model")
def _the_grid_holds_the_budget(model: Any) -> Iterator[Contradiction]:
    grid = model.index
    size = len(grid.encodings) * len(grid.repetitions) * len(grid.bandwidths)
    size *= len(grid.penalties)
    if size < model.tuning.candidates:
        yield Contradiction(
            place=("model", "tuning", "candidates"),
            expected=f"at most the {size} combinations of the index model's grid",
            found=str(model.tuning.candidates),
        )


@RULES.reads("quality")
def _rules_block_or_warn(quality: Any) -> Iterator[Contradiction]:
    for index, rule in enumerate(quality.warning):
        if rule in quality.blocking:
            yield Contradiction(
                place=("quality", "warning", index),
                expected="a rule that either blocks or warns",
                found=f"{rule!r} in both lists",
            )


@RULES.reads("columns", "protected_attributes")
def _protected_attributes_are_columns(columns: Any, attributes: Any) -> Iterator[Contradiction]:
    known = {column.name: column for column in columns if column.known_at == "baseline"}
    for index, attribute in enumerate(attributes):
        column = known.get(attribute.column)
        banded = column is not None and column.type in ("integer", "number")
        if column is None or banded != (attribute.edges is not None):
            yield Contradiction(
                place=("protected_attributes", index, "column"),
                expected="a baseline category, or a baseline number with the edges of bands",
                found=repr(attribute.column),
            )


@RULES.reads("columns", "deidentification")
def _the_age_is_top_coded(columns: Any, deidentification: Any) -> Iterator[Contradiction]:
    name, top = deidentification.age_column, deidentification.age_top_code
    for index, column in enumerate(columns):
        if column.name == name and column.allowed and column.allowed[1] > top:
            yield Contradiction(
                place=("columns", index, "allowed"),
                expected=f"ages up to the top code {top}",
                found=f"{column.allowed[1]:g}",
            )
    if name is not None and name not in {column.name for column in columns}:
        yield Contradiction(
            place=("deidentification", "age_column"), expected="a column", found=repr(name)
        )


@RULES.reads("endpoints")
def _endpoints_are_named_once(endpoints: Any) -> Iterator[Contradiction]:
    counts = Counter(endpoint.id for endpoint in endpoints)
    for index, endpoint in enumerate(endpoints):
        if counts[endpoint.id] > 1:
            counts[endpoint.id] = 0
            yield Contradiction(
                place=("endpoints", index, "id"),
                expected="each endpoint named once",
                found=f"{endpoint.id!r} more than once",
            )


@RULES.reads("endpoints", "gates")
def _gates_require_endpoints(endpoints: Any, gates: Any) -> Iterator[Contradiction]:
    stages = {endpoint.id: endpoint.stage for endpoint in endpoints}
    for index, gate in enumerate(gates):
        for position, name in enumerate(gate.requires):
            if stages.get(name) != gate.after:
                yield Contradiction(
                    place=("gates", index, "requires", position),
                    expected=f"an endpoint of the stage {gate.after}",
                    found=repr(name),
                )


@RULES.reads("endpoints", "analysis")
def _thresholds_are_stated(endpoints: Any, analysis: Any) -> Iterator[Contradiction]:
    for index, endpoint in enumerate(endpoints):
        if endpoint.threshold is not None and endpoint.threshold not in analysis.thresholds:
            yield Contradiction(
                place=("endpoints", index, "threshold"),
                expected=f"one of analysis.thresholds {list(analysis.thresholds)}",
                found=f"{endpoint.threshold:g}",
            )


@RULES.reads("population", "silent", "endpoints")
def _a_silent_stage_has_periods(
    population: Any, silent: Any, endpoints: Any
) -> Iterator[Contradiction]:
    periods = population.partitions.silent
    if (silent is not None) != bool(periods):
        yield Contradiction(
            place=("population", "partitions", "silent"),
            expected="silent periods exactly when a silent stage is planned",
            found=f"{len(periods)} periods",
        )
    named = {endpoint.id for endpoint in endpoints if endpoint.stage == "silent"}
    if silent is not None and silent.looks.measure not in named:
        yield Contradiction(
            place=("silent", "looks", "measure"),
            expected="an endpoint of the stage silent",
            found=repr(silent.looks.measure),
        )
