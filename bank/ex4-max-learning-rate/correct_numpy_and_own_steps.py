import numpy as np

max_learning_rate = np.float64(2) / np.max([1, 10])
points = [start.double()]
for _ in range(10):
    points.append(points[-1] - max_learning_rate * quad_function.grad(points[-1]))
hist_max = torch.cat(points)
