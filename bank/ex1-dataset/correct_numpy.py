import numpy as np


class IMDBDataset(Dataset):
    def __init__(self, data, labels, device):
        self.x = torch.from_numpy(np.asarray(data, dtype=np.float32)).to(device)
        self.y = torch.from_numpy(np.asarray(labels, dtype=np.float32)).to(device)

    def __getitem__(self, index):
        return [self.x[index], self.y[index]]

    def __len__(self):
        return self.x.shape[0]

    @property
    def shape(self):
        return list(self.x.shape)
