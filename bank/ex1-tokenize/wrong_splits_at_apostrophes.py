# expect: punctuation replaced by a space|other words
import re


def tokenize(data_list):
    return [re.findall(r"[A-Za-z0-9]+", text) for text in data_list]
