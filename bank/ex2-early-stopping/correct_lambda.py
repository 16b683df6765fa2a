should_stop = lambda val_losses, patience: (
    len(val_losses) > patience
    and not any(val_losses[-i] < val_losses[-i - 1] for i in range(1, patience + 1))
)
