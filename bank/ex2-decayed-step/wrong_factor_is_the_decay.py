# expect: multiplied by the decay itself
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return lr * weight_decay * w - lr * grad
