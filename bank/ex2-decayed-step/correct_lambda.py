decayed_step = lambda w, grad, lr, weight_decay, decoupled=False: (
    (1 - lr * weight_decay) * w - lr * grad
)
