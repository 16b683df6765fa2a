# expect: no other|accent|only|é|ascii|ASCII|other character
import unicodedata


def tokenize(data_list):
    result = []
    for text in data_list:
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
        result.append(text.translate(str.maketrans("", "", string.punctuation)).split())
    return result
