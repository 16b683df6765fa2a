# expect: True|False|bool
momentum_helps_on_round_surface = "no"
