# expect: state is kept
class IMDBDataset(Dataset):
    def __init__(self, data, labels, device):
        self.data = torch.tensor(data, dtype=torch.float, device=device)
        self.labels = torch.tensor(labels, dtype=torch.float, device=device)
        self.position = -1

    @property
    def shape(self):
        return self.data.shape

    def __len__(self):
        return len(self.data)

    def __getitem__(self, idx):
        self.position = (self.position + 1) % len(self.data)
        return self.data[self.position], self.labels[self.position]
