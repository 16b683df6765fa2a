# expect: not your own
from helpers.bag_of_words import CountVectorizer
