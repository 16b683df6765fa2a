# expect: tensor|float32
class IMDBDataset(Dataset):
    def __init__(self, data, labels, device):
        self.data, self.labels, self.device = data, labels, device

    @property
    def shape(self):
        return len(self.data), len(self.data[0])

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, idx):
        return self.data[idx], self.labels[idx]
