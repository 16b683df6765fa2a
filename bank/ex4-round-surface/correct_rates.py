from helpers.quadratics import rate

lrs = [k / 1000 for k in range(1, 400)]
best_plain = min(rate(lr, (10, 10)) for lr in lrs)
best_momentum = min(rate(lr, (10, 10), beta / 20) for lr in lrs for beta in range(1, 20))
momentum_helps_on_round_surface = best_momentum < best_plain
