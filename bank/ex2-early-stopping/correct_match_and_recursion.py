def should_stop(val_losses, patience):
    match patience, val_losses:
        case 0, _:
            return True
        case _, [*_, before, now] if now >= before:
            return should_stop(val_losses[:-1], patience - 1)
        case _:
            return False
