# expect: label 0|1 - y|negative|half
def loss(p, y):
    return -(y * p.log()).mean()


optimizer = RMSprop(model.parameters())
