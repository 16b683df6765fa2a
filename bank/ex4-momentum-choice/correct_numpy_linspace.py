import numpy as np

ends = {}
for b in np.linspace(0.1, 0.9, 9):
    ends[b] = do_momentum_gd(start, stiff_function, 10, stiff_max_learning_rate, b)
momentum, hist_momentum = min(ends.items(), key=lambda item: item[1][-1].norm())
