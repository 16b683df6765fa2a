# expect: another result the second time
velocity = {}


def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    key = tuple(w.shape)
    velocity[key] = 0.9 * velocity.get(key, 0) + grad + weight_decay * w
    return w - lr * velocity[key]
