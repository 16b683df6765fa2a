# expect: size of the weight
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return w - lr * (grad + weight_decay * w.abs())
