# expect: gradient is not multiplied
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return (1 - lr * weight_decay) * w - grad
