# expect: half the decay
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return w - lr * (grad + weight_decay / 2 * w)
