# expect: float16|32-bit
class IMDBDataset(Dataset):
    def __init__(self, data, labels, device):
        self.data = torch.tensor(data, dtype=torch.half, device=device)
        self.labels = torch.tensor(labels, dtype=torch.half, device=device)

    @property
    def shape(self):
        return self.data.shape

    def __len__(self):
        return len(self.data)

    def __getitem__(self, idx):
        return self.data[idx], self.labels[idx]
