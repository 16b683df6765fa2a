# expect: (?i)always|at once
def should_stop(val_losses, patience):
    return True
