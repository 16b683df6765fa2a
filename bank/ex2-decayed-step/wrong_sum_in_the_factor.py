# expect: sum in place of a product
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return (1 - lr - weight_decay) * w - lr * grad
