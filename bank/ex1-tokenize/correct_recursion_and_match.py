def tokenize(data_list):
    match list(data_list):
        case []:
            return []
        case [first, *rest]:
            kept = "".join(c for c in first if c not in set(string.punctuation))
            return [kept.split()] + tokenize(rest)
