# expect: not multiplied by the learning rate
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    if decoupled:
        return (1 - weight_decay) * w - lr * grad
    return w - lr * (grad + weight_decay * w)
