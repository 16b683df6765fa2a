import numpy as np

eigenpairs = [(lambda_1, np.array([1.0, 0.0])), (lambda_2, np.array([0.0, 1.0]))]
