# expect: ASCII
def tokenize(data_list):
    keep = set(string.ascii_letters + string.whitespace)
    return ["".join(c for c in text if c in keep).split() for text in data_list]
