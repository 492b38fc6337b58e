"""Do readers, with a model or without, tell the diseased from the others, and which way better?

Multireader multicase studies: every reader's area under the curve, and what carries over to
other readers and other cases.
"""

from probatum.analysis.reader_study.anova import obuchowski_rockette
from probatum.analysis.reader_study.findings import (
    OverallTest,
    PseudovalueComponents,
    ReaderArea,
    ReaderStudy,
    TreatmentArea,
    TreatmentDifference,
    VarianceComponents,
)
from probatum.analysis.reader_study.pseudovalues import dorfman_berbaum_metz
from probatum.analysis.reader_study.reads import Reads
from probatum.analysis.reader_study.single import reader_versus_model, single_arm
from probatum.analysis.reader_study.sizing import (
    ReaderStudyPower,
    mrmc_power,
    mrmc_sample_size,
)
from probatum.analysis.reader_study.ustatistic import ustatistic_difference

__all__ = [
    "OverallTest",
    "PseudovalueComponents",
    "ReaderArea",
    "ReaderStudy",
    "ReaderStudyPower",
    "Reads",
    "TreatmentArea",
    "TreatmentDifference",
    "VarianceComponents",
    "dorfman_berbaum_metz",
    "mrmc_power",
    "mrmc_sample_size",
    "obuchowski_rockette",
    "reader_versus_model",
    "single_arm",
    "ustatistic_difference",
]
