"""The frozen model, and no other."""

from probatum.errors import ModelError
from probatum.models.frozen import FrozenModel, load
from probatum.stages.layout import Layout


def frozen_model(layout: Layout, sha256: str) -> FrozenModel:
    """The model that was frozen under a hash.

    Raises
    ------
    ModelError
        If the model that lies there is another, or a file of it was altered.
    """
    model = load(layout.models)
    if model.sha256 != sha256:
        raise ModelError(
            f"{layout.models} — expected the frozen model {sha256[:12]}…, got "
            f"{model.sha256[:12]}… — restore the frozen model"
        )
    return model
