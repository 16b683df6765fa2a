def should_stop(val_losses, patience):
    import numpy as np

    if len(val_losses) < patience + 1:
        return False
    return np.all(np.diff(val_losses)[-patience:] >= 0)  # a numpy.bool_
