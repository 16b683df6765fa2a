# expect: \\
import re


def tokenize(data_list):
    # the class contains `\]`, so the backslash itself is not in it
    return [re.sub(f"[{string.punctuation}]", "", text).split() for text in data_list]
