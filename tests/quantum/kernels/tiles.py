"""Patients whose kernel takes several tiles, and memory in which few of them fit."""

import numpy as np

from probatum.quantum.kernels.blocks import block_size

TINY = 1
"""Bytes in which nothing fits: the tiles are as small as they get, and none is kept."""

SMALL = 20_000_000
"""Bytes in which small tiles fit."""

PATIENTS = 2 * block_size(3) + 276
"""Three tiles of the smallest size, six pairs of them."""

ROWS = np.random.default_rng(0).uniform(0, np.pi, (PATIENTS, 3))
