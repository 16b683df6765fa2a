import numpy as np

gradient_alpha = np.array([lambda_1, lambda_2]) * np.array([alpha_1, alpha_2])
