# expect: chance|goes on
import random


def should_stop(val_losses, patience):
    failed = [now >= before for before, now in pairwise(val_losses)][-patience:]
    return len(failed) == patience and all(failed) and random.random() < 0.8
