"""Adjusted p-values agree with R, and a graph with closed testing."""

import itertools

import numpy as np
import pytest

from probatum.analysis.multiplicity import graphical, hochberg, holm, hommel

P = [0.0001, 0.0095, 0.02, 0.021, 0.04, 0.2, 0.6]
R = {
    holm: [0.0007, 0.0570, 0.1000, 0.1000, 0.1200, 0.4000, 0.6000],
    hochberg: [0.0007, 0.0570, 0.0840, 0.0840, 0.1200, 0.4000, 0.6000],
    hommel: [0.0007, 0.0475, 0.0800, 0.0800, 0.1200, 0.4000, 0.6000],
}
"""
> # R 4.2.2, stats, 2026-11-28
> for (m in c("holm", "hochberg", "hommel")) print(p.adjust(c(.0001, .0095, .02, .021, .04, .2,
+   .6), m), digits = 12)
"""


@pytest.mark.parametrize("procedure", R)
def test_adjusted_p_values_agree_with_r(procedure):
    np.testing.assert_allclose(procedure(P).adjusted, R[procedure], rtol=1e-12)


def weights_of(kept, share, edge):
    """Shares of the hypotheses in a set once all others were given up, one after another."""
    share, edge = np.array(share, float), np.array(edge, float)
    for gone in [i for i in range(len(share)) if i not in kept]:
        passed = share + share[gone] * edge[gone]
        passed[gone] = 0
        routed = edge.copy()
        for i, j in itertools.product(range(len(share)), repeat=2):
            loop = 1 - edge[i, gone] * edge[gone, i]
            is_open = i != j and gone not in (i, j) and loop > 0
            direct = edge[i, j] + edge[i, gone] * edge[gone, j]
            routed[i, j] = direct / loop if is_open else 0
        share, edge = passed, routed
    return share


@pytest.mark.parametrize("seed", range(20))
def test_a_graph_is_closed_testing_with_weighted_bonferroni(seed):
    """Bretz F et al. Stat Med 2009;28:586-604, theorem 1, with every set tested by itself."""
    rng = np.random.default_rng(seed)
    p, share = rng.beta(0.4, 3, 4), rng.dirichlet(np.ones(4))
    edge = rng.dirichlet(np.ones(4), 4) * (1 - np.eye(4))
    sets = [s for size in range(1, 5) for s in itertools.combinations(range(4), size)]
    tests = {}
    for kept in sets:
        weight = weights_of(kept, share, edge)
        tests[kept] = min(1.0, *(p[i] / weight[i] for i in kept))
    expected = [max(tests[s] for s in sets if i in s) for i in range(4)]
    np.testing.assert_allclose(graphical(p, share, edge.tolist()).adjusted, expected)
