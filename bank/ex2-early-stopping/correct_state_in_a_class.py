from dataclasses import dataclass


@dataclass
class Patience:
    limit: int
    failures: int = 0

    def see(self, before, now):
        self.failures = 0 if now < before else self.failures + 1

    @property
    def used_up(self):
        return self.failures >= self.limit


def should_stop(val_losses, patience):
    waiting = Patience(patience)
    for before, now in pairwise(val_losses):
        waiting.see(before, now)
    return waiting.used_up
