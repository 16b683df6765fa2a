class Stopper:
    def __call__(self, val_losses, patience):
        run = 0
        for epoch in range(1, len(val_losses)):
            if val_losses[epoch - 1] <= val_losses[epoch]:
                run += 1
            else:
                run = 0
        return run >= patience


should_stop = Stopper()
