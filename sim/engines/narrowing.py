"""What classes, sectors and lanes face, in the smallest shape: where all agree a number is as good, and faster."""

from typing import NamedTuple

import numpy as np

from sim.model.arithmetic import Number


class Narrowed(NamedTuple):
    """Fields of a table of classes × sectors × fields × lanes.

    Attributes
    ----------
    sectors
        Number of sectors that are told apart.
    fields
        Each a float, (lanes,), or for each class and sector (kinds, 1) or (kinds, lanes).
    """

    sectors: int
    fields: list[Number]


def narrowed(table: np.ndarray) -> Narrowed:
    """Narrow a table of shape (classes, 1 or sectors, fields, lanes)."""
    sectors, count, lanes = table.shape[1:]
    kinds = table.reshape(-1, count, lanes)
    first = kinds[0]
    one_kind = (kinds[1:] == first).all(axis=0).all(axis=1)
    one_lane = (first == first[:, :1]).all(axis=1)
    several = np.flatnonzero(~one_kind)
    some = kinds[:, several]
    one_lane[several] = (some == some[:, :, :1]).all(axis=(0, 2))
    fields = first[:, 0].tolist()
    for n in np.flatnonzero(~(one_kind & one_lane)).tolist():
        fields[n] = first[n] if one_kind[n] else kinds[:, n, :1] if one_lane[n] else kinds[:, n]
    return Narrowed(sectors, fields)


def for_firms(table: Narrowed, classes: np.ndarray, sectors: np.ndarray) -> list[Number]:
    """Each field as firms of the given classes and sectors face it: a float, (lanes,), (firms, 1) or (firms, lanes)."""
    kinds = classes if table.sectors == 1 else classes * np.int8(table.sectors) + sectors
    return [
        field.take(kinds, axis=0) if isinstance(field, np.ndarray) and field.ndim == 2 else field
        for field in table.fields
    ]
