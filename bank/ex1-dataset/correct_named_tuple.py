from typing import NamedTuple


class Sample(NamedTuple):
    row: Tensor
    label: Tensor


class IMDBDataset(Dataset):
    def __init__(self, data, labels, device):
        self._samples = [
            Sample(torch.tensor(r, dtype=torch.float, device=device), torch.tensor(float(l), device=device))
            for r, l in zip(data, labels)
        ]

    shape = property(lambda self: (len(self), len(self._samples[0].row)))

    def __len__(self):
        return len(self._samples)

    def __getitem__(self, idx):
        return self._samples[idx]
