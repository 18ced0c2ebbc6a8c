"""What the samplers raise and warn of."""


class InputError(ValueError):
    """Input that the user can correct: one line says what is wrong, where, and what to do.

    Examples
    --------
    >>> from aeflow import AEFlowSampler, InputError
    >>> try:
    ...     AEFlowSampler().fit_resample([[1.0], [2.0], [float("nan")]], [0, 0, 1])
    ... except InputError as error:
    ...     print(error)
    row 2 (from 0), column 0: missing value (NaN); fill it or drop the row
    """


class CollapseWarning(UserWarning):
    """AE-Flow was trained, but the spread of its latents says that it did not learn the class.

    Examples
    --------
    A search over settings can drop those whose fit collapses:

    >>> import warnings
    >>> from aeflow import CollapseWarning
    >>> warnings.simplefilter("error", CollapseWarning)
    """
