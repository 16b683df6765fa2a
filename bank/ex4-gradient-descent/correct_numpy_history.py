import numpy as np


@torch.no_grad()
def do_gradient_descent(x, func_obj, max_steps, lr):
    history = np.empty((max_steps + 1, 2), dtype=np.float32)
    point = x.clone()
    history[0] = point.numpy()
    for step in range(1, max_steps + 1):
        point -= lr * func_obj.grad(point)
        history[step] = point.numpy()
    return torch.from_numpy(history)
