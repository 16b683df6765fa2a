# expect: hist_stiff|open
stiff_max_learning_rate = 2 / 30
