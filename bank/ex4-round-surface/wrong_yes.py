# expect: round
momentum_helps_on_round_surface = True
