def should_stop(val_losses, patience):
    rises = torch.tensor(val_losses, dtype=torch.float64).diff() >= 0
    return len(rises) >= patience and bool(rises[-patience:].all())
