# expect: br
import re


def tokenize(data_list):
    """Web pages have line breaks in them: take them out first."""
    clean = [re.sub(r"<br\s*/?>", " ", text) for text in data_list]
    return [text.translate(str.maketrans("", "", string.punctuation)).split() for text in clean]
