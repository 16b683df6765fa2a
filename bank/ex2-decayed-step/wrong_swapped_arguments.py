# expect: swapped
def decayed_step(w, grad, weight_decay, lr, decoupled=False):
    return w - lr * (grad + weight_decay * w)
