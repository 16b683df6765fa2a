# expect: (?i)iterator
def tokenize(data_list):
    return (t.translate(str.maketrans("", "", string.punctuation)).split() for t in data_list)
