import numpy as np


def should_stop(val_losses, patience):
    diffs = np.diff(np.asarray(val_losses, dtype=np.float64))
    return bool(diffs.size >= patience and (diffs[diffs.size - patience :] >= 0).all())
