from dataclasses import dataclass


@dataclass
class Ball:
    place: Tensor
    speed: Tensor

    def roll(self, slope, lr, momentum):
        speed = momentum * self.speed + slope
        return Ball(self.place - lr * speed, speed)


def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    balls = [Ball(x.clone(), torch.zeros_like(x))]
    for _ in range(max_steps):
        balls.append(balls[-1].roll(func_obj.grad(balls[-1].place), lr, momentum))
    return torch.cat([ball.place for ball in balls])
