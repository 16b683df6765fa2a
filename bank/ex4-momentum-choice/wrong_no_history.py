# expect: hist_momentum
momentum = 0.5
