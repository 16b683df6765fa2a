# expect: gradient with penalty
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return grad + weight_decay * w
