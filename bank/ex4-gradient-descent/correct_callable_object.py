class Descent:
    def __call__(self, x, func_obj, max_steps, lr):
        path = [x]
        for _ in range(max_steps):
            path.append(torch.add(path[-1], func_obj.grad(path[-1]), alpha=-lr))
        return torch.concatenate(path)


do_gradient_descent = Descent()
