from dataclasses import dataclass


@dataclass
class IMDBDataset(Dataset):
    data: list
    labels: list
    device: torch.device

    def __post_init__(self):
        self.data = torch.as_tensor(self.data).float().to(self.device)
        self.labels = torch.as_tensor(self.labels).float().to(self.device)

    @property
    def shape(self):
        return tuple(self.data.size())

    def __len__(self):
        return self.data.size(0)

    def __getitem__(self, idx):
        return self.data[idx], self.labels[idx]
