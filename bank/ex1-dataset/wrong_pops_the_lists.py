# expect: argument is changed
class IMDBDataset(Dataset):
    def __init__(self, data, labels, device):
        self.samples = []
        while data:
            row, label = data.pop(0), labels.pop(0)
            self.samples.append((torch.tensor(row, dtype=torch.float, device=device),
                                 torch.tensor(label, dtype=torch.float, device=device)))

    @property
    def shape(self):
        return len(self.samples), len(self.samples[0][0])

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, idx):
        return self.samples[idx]
