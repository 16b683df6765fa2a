# expect: hist_max|open
max_learning_rate = 2 / 10
