"""What is known of where the data came from, and what is not known, question by question.

The questions are those of Gebru T, Morgenstern J, Vecchione B, et al. Datasheets for datasets.
Commun ACM 2021;64(12):86-92, section 3. Every question has a field here, so that a datasheet
cannot leave one out; a fact that nobody can tell is answered with ``status: unknown``.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError

from probatum.cohort.source import Ingestion
from probatum.errors import DataError
from probatum.study.promise import Promise, Slug, Text


class Answer(Promise):
    """One answer, whether it is known at all, and who says so."""

    text: Text
    status: Literal["known", "unknown", "not applicable"] = "known"
    source: Text | None = None
    """Publication, documentation or file that states it; absent where we state it ourselves."""


def _asks(question: str) -> Any:
    return Field(description=question)


class Motivation(Promise):
    """Why the data exist."""

    purpose: Answer = _asks("For what purpose was the dataset created?")
    creators: Answer = _asks("Who created the dataset, and on behalf of which entity?")
    funding: Answer = _asks("Who funded the creation of the dataset?")
    other: Answer = _asks("Any other comments?")


class Composition(Promise):
    """What the data hold."""

    instances: Answer = _asks("What do the instances represent?")
    count: Answer = _asks("How many instances are there in total?")
    sample: Answer = _asks("Are these all possible instances, or a sample of a larger set?")
    content: Answer = _asks("What data does each instance consist of?")
    label: Answer = _asks("Is there a label or target associated with each instance?")
    missing: Answer = _asks("Is any information missing from individual instances?")
    relationships: Answer = _asks("Are relationships between instances made explicit?")
    splits: Answer = _asks("Are there recommended data splits?")
    errors: Answer = _asks("Are there errors, sources of noise or redundancies?")
    self_contained: Answer = _asks("Is it self-contained, or does it rely on other resources?")
    confidential: Answer = _asks("Does it contain data that might be considered confidential?")
    offensive: Answer = _asks("Does it contain data that might offend or cause anxiety?")
    subpopulations: Answer = _asks("Does it identify any subpopulations?")
    identifiable: Answer = _asks("Can individuals be identified, directly or indirectly?")
    sensitive: Answer = _asks("Does it contain data that might be considered sensitive?")
    other: Answer = _asks("Any other comments?")


class Collection(Promise):
    """How the data came to be."""

    acquisition: Answer = _asks("How was the data of each instance acquired?")
    mechanisms: Answer = _asks("What mechanisms or procedures were used to collect the data?")
    sampling: Answer = _asks("If it is a sample, what was the sampling strategy?")
    collectors: Answer = _asks("Who collected the data, and how were they compensated?")
    timeframe: Answer = _asks("Over what timeframe was the data collected?")
    ethics: Answer = _asks("Were any ethical review processes conducted?")
    directness: Answer = _asks("Was it collected from the individuals, or through others?")
    notice: Answer = _asks("Were the individuals notified about the data collection?")
    consent: Answer = _asks("Did the individuals consent to the collection and use?")
    revocation: Answer = _asks("Could consenting individuals revoke their consent?")
    impact: Answer = _asks("Has the impact on the data subjects been analysed?")
    other: Answer = _asks("Any other comments?")


class Preprocessing(Promise):
    """What was done to the data before use."""

    done: Answer = _asks("Was any preprocessing, cleaning or labelling done?")
    raw: Answer = _asks("Was the raw data saved as well?")
    software: Answer = _asks("Is the software used for it available?")
    other: Answer = _asks("Any other comments?")


class Uses(Promise):
    """What the data are good for, and what not."""

    past: Answer = _asks("Has the dataset been used for any tasks already?")
    repository: Answer = _asks("Is there a repository of papers or systems that use it?")
    possible: Answer = _asks("What other tasks could it be used for?")
    impact: Answer = _asks("Does anything about it affect future uses, or whom they may harm?")
    not_for: Answer = _asks("Are there tasks for which it should not be used?")
    other: Answer = _asks("Any other comments?")


class Distribution(Promise):
    """How the data reach others, and under which terms."""

    third_parties: Answer = _asks("Will it be distributed outside the entity that made it?")
    how: Answer = _asks("How will it be distributed, and has it a digital object identifier?")
    when: Answer = _asks("When will it be distributed?")
    licence: Answer = _asks("Under which copyright licence or terms of use?")
    restrictions: Answer = _asks("Have third parties imposed restrictions on the data?")
    export: Answer = _asks("Do export controls or other regulations apply?")
    other: Answer = _asks("Any other comments?")


class Maintenance(Promise):
    """Who looks after the data from now on."""

    host: Answer = _asks("Who supports, hosts and maintains the dataset?")
    contact: Answer = _asks("How can the owner, curator or manager be contacted?")
    erratum: Answer = _asks("Is there an erratum?")
    updates: Answer = _asks("Will the dataset be updated?")
    retention: Answer = _asks("Do limits apply to how long the data may be retained?")
    old_versions: Answer = _asks("Will older versions continue to be supported?")
    contributions: Answer = _asks("Can others extend, augment or contribute to it?")
    other: Answer = _asks("Any other comments?")


class Datasheet(Promise):
    """All that is known of a study's data, and the recipe by which they were taken in."""

    study: Slug
    title: Text
    citation: tuple[Text, ...] = Field(min_length=1)
    motivation: Motivation
    composition: Composition
    collection: Collection
    preprocessing: Preprocessing
    uses: Uses
    distribution: Distribution
    maintenance: Maintenance
    ingestion: Ingestion

    def answers(self) -> Iterator[tuple[str, str, Answer]]:
        """Section, question and answer, in the order of the paper."""
        for section in type(self).model_fields:
            part = getattr(self, section)
            if isinstance(part, Promise) and not isinstance(part, Ingestion):
                for name, field in type(part).model_fields.items():
                    yield section, str(field.description), getattr(part, name)


def load_datasheet(path: Path) -> Datasheet:
    """The datasheet in a file.

    Raises
    ------
    DataError
        Naming every question left out and every key that is none.
    """
    if not path.is_file():
        raise DataError(f"datasheet {path} — expected a file, found none — create it")
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Datasheet.model_validate_json(json.dumps(data))
    except yaml.YAMLError as error:
        raise DataError(f"datasheet {path} — expected YAML — correct its syntax") from error
    except TypeError as error:
        raise DataError(
            f"datasheet {path} — expected text and numbers, got another type such as a date "
            "— put it in quotes"
        ) from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}" for detail in error.errors()
        )
        raise DataError(f"datasheet {path} — {problems} — correct these places") from error
