# expect: not a function
max_learning_rate = 0.2
