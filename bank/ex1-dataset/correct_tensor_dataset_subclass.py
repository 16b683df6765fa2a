from torch.utils.data import TensorDataset


class IMDBDataset(TensorDataset):
    def __init__(self, data, labels, device):
        super().__init__(
            torch.tensor(data, dtype=torch.float32, device=device),
            torch.tensor(labels, dtype=torch.float32, device=device),
        )

    @property
    def shape(self):
        return self.tensors[0].shape
