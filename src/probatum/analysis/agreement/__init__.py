"""Do raters say the same of the same cases, beyond what chance would have them say?"""

from probatum.analysis.agreement.alpha import krippendorff_alpha
from probatum.analysis.agreement.intraclass import icc
from probatum.analysis.agreement.kappa import cohen_kappa, prevalence_adjusted_kappa
from probatum.analysis.agreement.panel import fleiss_kappa, gwet_ac1

__all__ = [
    "cohen_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "icc",
    "krippendorff_alpha",
    "prevalence_adjusted_kappa",
]
