"""What a fitted sampler says of itself, as frames and JSON types."""

from typing import Any


def report(sampler: Any) -> dict[str, Any]:
    """Return ``curves``, ``fits`` and ``models`` of a sampler; all are empty for one that trains nothing.

    curves: a learning curve for each fit, by the names of its classes; fits: the figures of each
    class's fit, rounded; models: of each class, what its AE-Flow is made of.
    """
    curves = getattr(sampler, "training_curve_", None)
    return {
        "curves": {}
        if curves is None
        else {
            str(classes).replace(" and ", "+"): curve.drop(columns="classes")
            for classes, curve in curves.groupby("classes", sort=False)
        },
        "fits": {
            str(label): {key: value if isinstance(value, bool) else round(value, 4) for key, value in found.items()}
            for label, found in getattr(sampler, "diagnostics_", {}).items()
        },
        "models": _models(sampler),
    }


def _models(sampler: Any) -> dict[str, Any]:
    if not hasattr(sampler, "generators_"):
        return {}
    # Imported here: torch takes seconds, and half of the samplers train nothing.
    from aeflow.over_sampling import AEFlowSampler
    from nids.balance.architecture import architectures

    return architectures(sampler) if isinstance(sampler, AEFlowSampler) else {}
