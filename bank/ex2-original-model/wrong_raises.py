# expect: (?i)error|defined|open
original_model = nn.Sequential(nn.Linear(input_size, 16, 16)
