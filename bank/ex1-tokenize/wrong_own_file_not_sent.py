# expect: (?i)ModuleNotFoundError
from my_tokenizer import clean


def tokenize(data_list):
    return [clean(text).split() for text in data_list]
