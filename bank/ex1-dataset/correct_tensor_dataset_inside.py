from torch.utils.data import TensorDataset


class IMDBDataset(TensorDataset):
    def __init__(self, data, labels, device):
        super().__init__(
            torch.tensor(data).float().to(device), torch.tensor(labels).float().to(device)
        )

    @property
    def shape(self):
        return tuple(self.tensors[0].size())
