class IMDBDataset(Dataset):
    def __init__(self, data, labels, device):
        self.data, self.labels, self.device = data, labels, device
        self.shape = (len(data), len(data[0]))

    def __len__(self):
        return len(self.data)

    def __getitem__(self, idx):
        row = torch.FloatTensor(self.data[idx]).to(self.device)
        label = torch.tensor(float(self.labels[idx])).to(self.device)
        return row, label
