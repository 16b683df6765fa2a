class IMDBDataset(Dataset):
    def __init__(self, data, labels, device):
        self.pairs = [
            (torch.tensor(row, dtype=torch.float32, device=device),
             torch.tensor(label, dtype=torch.float32, device=device))
            for row, label in zip(data, labels)
        ]

    @property
    def shape(self):
        return torch.Size([len(self.pairs), len(self.pairs[0][0])])

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, idx):
        return self.pairs[idx]
