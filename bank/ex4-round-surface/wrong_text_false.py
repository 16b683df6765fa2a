# expect: True or False
momentum_helps_on_round_surface = "False"
