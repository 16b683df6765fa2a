# expect: stand-in|ready-made
from helpers.stand_ins import do_momentum_gd
