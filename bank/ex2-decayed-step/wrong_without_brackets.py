# expect: the weights grow
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    if decoupled:
        return (1 - lr * weight_decay) * w - lr * grad
    return w - lr * grad + weight_decay * w
