def loss(p, y):
    n = len(y)
    return -(torch.einsum("n,n->", y, p.log()) + torch.einsum("n,n->", 1 - y, (1 - p).log())) / n


optimizer = RMSprop(filter(lambda q: q.requires_grad, model.parameters()), foreach=False)
