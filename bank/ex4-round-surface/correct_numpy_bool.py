import numpy as np

momentum_helps_on_round_surface = np.bool_(False)
