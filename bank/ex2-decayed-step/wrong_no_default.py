# expect: parameters|signature
def decayed_step(w, grad, lr, weight_decay, decoupled):
    return w - lr * (grad + weight_decay * w)
