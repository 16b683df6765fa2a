# expect: divides
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return w / (1 + lr * weight_decay) - lr * grad
