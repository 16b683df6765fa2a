def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    new = w.clone()
    if decoupled:
        new *= 1 - lr * weight_decay
        new -= lr * grad
    else:
        new -= lr * (grad + weight_decay * w)
    return new
