# expect: (?i)number of reviews|only one
def tokenize(data_list):
    return [t.translate(str.maketrans("", "", string.punctuation)).split() for t in data_list if len(t) < 25000]
