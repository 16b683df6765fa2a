# expect: twice the decay
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    grad = grad + weight_decay * w
    if decoupled:
        w = (1 - lr * weight_decay) * w
    return w - lr * grad
