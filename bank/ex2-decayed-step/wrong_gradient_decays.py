# expect: gradient decays
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return w - lr * (1 - lr * weight_decay) * grad
