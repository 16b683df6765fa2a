from functools import cached_property

import numpy as np


class IMDBDataset(Dataset):
    def __init__(self, data, labels, device):
        self.rows = np.asarray(data, dtype=np.uint8)
        self.targets = np.asarray(labels, dtype=np.float32)
        self.device = device

    @cached_property
    def shape(self):
        return self.rows.shape

    def __len__(self):
        return self.rows.shape[0]

    def __getitem__(self, idx):
        row = torch.from_numpy(self.rows[idx].astype(np.float32)).to(self.device)
        return row, torch.tensor(self.targets[idx], device=self.device)
