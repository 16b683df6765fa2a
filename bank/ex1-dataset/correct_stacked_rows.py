class IMDBDataset(Dataset):
    def __init__(self, data, labels, device=None):
        super().__init__()
        rows = [torch.tensor(row, dtype=torch.uint8) for row in data]
        self.data = torch.stack(rows).to(device=device)
        self.labels = torch.as_tensor(labels).to(device=device)

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, i):
        return self.data[i].float(), self.labels[i].float()

    @property
    def shape(self):
        n, size = self.data.shape
        return n, size
