from itertools import takewhile


def should_stop(val_losses, patience):
    backwards = val_losses[::-1]
    failed = takewhile(lambda pair: pair[0] >= pair[1], zip(backwards, backwards[1:]))
    return sum(1 for _ in failed) >= patience
