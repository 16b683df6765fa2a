import numpy as np

H = np.diag([lambda_1, lambda_2])
