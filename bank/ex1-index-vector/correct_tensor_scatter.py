def get_index_vector(sequence, size=10000):
    ranks = torch.tensor([r for r in sequence if r is not None and r < size], dtype=torch.long)
    return torch.zeros(size, dtype=torch.long).scatter_(0, ranks, 1).tolist()
