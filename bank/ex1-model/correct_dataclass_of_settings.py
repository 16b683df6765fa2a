from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    inputs: int = input_size
    hidden: tuple = (16, 16)

    def build(self):
        layers, width = OrderedDict(), self.inputs
        for number, units in enumerate(self.hidden, 1):
            layers[f"linear{number}"] = nn.Linear(width, units)
            layers[f"relu{number}"] = nn.ReLU()
            width = units
        layers["out"] = nn.Linear(width, 1)
        layers["probability"] = nn.Sigmoid()
        return nn.Sequential(layers)


model = Settings().build().to(device)
