def should_stop(val_losses, patience):
    losses = torch.tensor(val_losses, dtype=torch.float64)
    steps = losses[1:] - losses[:-1]
    return bool(len(steps) >= patience and (steps[len(steps) - patience :] >= 0).all())
