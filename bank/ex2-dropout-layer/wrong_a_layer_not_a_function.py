# expect: not a function
dropout = nn.Dropout
