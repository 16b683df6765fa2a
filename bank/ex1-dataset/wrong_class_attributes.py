# expect: (?i)share
class IMDBDataset(Dataset):
    def __init__(self, data, labels, device):
        IMDBDataset.x = torch.tensor(data, dtype=torch.float, device=device)
        IMDBDataset.y = torch.tensor(labels, dtype=torch.float, device=device)
    @property
    def shape(self): return self.x.shape
    def __len__(self): return len(self.x)
    def __getitem__(self, idx): return self.x[idx], self.y[idx]
