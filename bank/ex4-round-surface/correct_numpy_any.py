import numpy as np

grid = np.arange(0.01, 0.4, 0.01)
best = lambda b: min(float(do_momentum_gd(start, round_function, 10, lr, b)[-1].norm()) for lr in grid)
momentum_helps_on_round_surface = np.array([best(b) for b in (0.3, 0.6)]).min() < best(0.0)
