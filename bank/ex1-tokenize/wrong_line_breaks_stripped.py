# expect: .
def tokenize(data_list):
    import re

    clean = [re.sub("<[^>]+>", " ", text) for text in data_list]
    return [t.translate(str.maketrans("", "", string.punctuation)).split() for t in clean]
