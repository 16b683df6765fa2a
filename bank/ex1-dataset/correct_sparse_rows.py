class IMDBDataset(Dataset):
    def __init__(self, data, labels, device):
        self.data = torch.tensor(data, dtype=torch.float).to_sparse().to(device)
        self.labels = torch.tensor(labels, dtype=torch.float, device=device)
    @property
    def shape(self):
        return torch.Size(self.data.shape)
    def __len__(self):
        return self.data.shape[0]
    def __getitem__(self, idx):
        return self.data[idx].to_dense(), self.labels[idx]
