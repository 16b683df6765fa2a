# expect: (?i)off by one|late|enough|length|short|few
def should_stop(val_losses, patience):
    if len(val_losses) < patience + 2:
        return False
    for i in range(1, patience + 1):
        if val_losses[-i] < val_losses[-i - 1]:
            return False
    return True
