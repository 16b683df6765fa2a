def get_index_vector(sequence, size=10000):
    ranks = torch.tensor([0, *(r for r in sequence if r is not None and r < size)])
    vector = nn.functional.one_hot(ranks, num_classes=size).amax(dim=0)
    vector[0] = 0
    return vector.tolist()
