class ReviewClassifier(nn.Sequential):
    def __init__(self, inputs: int, hidden: int = 16):
        super().__init__()
        for number, (a, b) in enumerate([(inputs, hidden), (hidden, hidden)], start=1):
            self.add_module(f"fc{number}", nn.Linear(a, b))
            self.add_module(f"relu{number}", nn.ReLU(inplace=True))
        self.append(nn.Linear(hidden, 1)).append(nn.Sigmoid())


model = ReviewClassifier(input_size).to(device)
