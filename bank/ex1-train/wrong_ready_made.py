# expect: not your own
from helpers import train
