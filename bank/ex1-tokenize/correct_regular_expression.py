import re


def tokenize(data_list):
    pattern = re.compile("[" + re.escape(string.punctuation) + "]")
    return [re.sub(r"\s+", " ", pattern.sub("", text)).strip().split(" ") if pattern.sub("", text).strip() else []
            for text in data_list]
