# expect: (?i)None|return
def should_stop(val_losses, patience):
    strikes = 0
    for before, now in zip(val_losses, val_losses[1:]):
        strikes = strikes + 1 if now >= before else 0
    print(strikes >= patience)
