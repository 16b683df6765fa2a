# expect: only the step
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return lr * (grad + weight_decay * w)
