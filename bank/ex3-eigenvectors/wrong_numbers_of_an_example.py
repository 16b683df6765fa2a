# expect: lambda|symbol|number
import numpy as np

values, vectors = np.linalg.eig(np.diag([2.0, 5.0]))
eigenpairs = [(values[i], vectors[:, i]) for i in range(2)]
