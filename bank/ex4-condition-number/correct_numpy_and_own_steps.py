import numpy as np

stiff_max_learning_rate = np.float64(2) / np.max([1, 30])
points = [start.double()]
for _ in range(10):
    points.append(points[-1] - stiff_max_learning_rate * stiff_function.grad(points[-1]))
hist_stiff = torch.cat(points)
