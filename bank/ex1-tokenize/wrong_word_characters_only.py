# expect: string.punctuation
import re


def tokenize(data_list):
    return [re.sub(r"[^\w\s]", "", text).split() for text in data_list]
