"""What classes, sectors and lanes face, in the smallest shape: where all agree a number is as good, and faster."""

from collections.abc import Iterable

import numpy as np

from sim.model.arithmetic import Number


class Narrow:
    """Fields of a record as kinds of firms face them, a kind being a class and a group of sectors (`Block.groups`).

    Parameters
    ----------
    fields
        Each a float, (lanes,), or where kinds differ (kinds, 1) or (kinds, lanes).
    """

    def __init__(self, fields: Iterable[Number]):
        self.fields = list(fields)
        self._several = [n for n, each in enumerate(self.fields) if type(each) is np.ndarray and each.ndim == 2]

    def of(self, kinds: np.ndarray) -> list[Number]:
        """Return the fields as firms of some kinds face them: (firms, 1) or (firms, lanes) where kinds differ."""
        found = self.fields.copy()
        for n in self._several:
            found[n] = found[n].take(kinds, axis=0)
        return found


def narrowed(table: np.ndarray) -> list[Number]:
    """Fields, as `Narrow` has them, of a table of shape (classes, groups, fields, lanes)."""
    count, lanes = table.shape[2:]
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
    return fields
