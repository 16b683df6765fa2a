def get_index_vector(sequence, size=10000):
    ranks = torch.tensor([r for r in sequence if r is not None], dtype=torch.long)
    ranks = ranks[ranks < size]
    return torch.zeros(size, dtype=torch.int).index_fill(0, ranks, 1).tolist()
