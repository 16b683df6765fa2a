from typing import Iterator


def visited(x: Tensor, func_obj, max_steps: int, lr: float) -> Iterator[Tensor]:
    yield x
    if max_steps > 0:
        yield from visited(x - lr * func_obj.grad(x), func_obj, max_steps - 1, lr)


def do_gradient_descent(x: Tensor, func_obj, max_steps: int, lr: float) -> Tensor:
    return torch.cat([*visited(x.detach(), func_obj, max_steps, lr)], dim=0)
