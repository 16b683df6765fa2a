from itertools import groupby


def should_stop(val_losses, patience):
    runs = [(bad, len(list(g))) for bad, g in groupby(not now < before for before, now in zip(val_losses, val_losses[1:]))]
    return bool(runs) and runs[-1][0] and runs[-1][1] >= patience
