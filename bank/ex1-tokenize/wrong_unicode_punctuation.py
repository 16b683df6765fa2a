# expect: .
def tokenize(data_list):
    import unicodedata

    keep = lambda c: not unicodedata.category(c).startswith("P")
    return ["".join(filter(keep, text)).split() for text in data_list]
