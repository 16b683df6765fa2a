import re
from dataclasses import dataclass, field


@dataclass
class Tokenizer:
    """Callable, in the style of torchtext's pipelines."""

    pattern: re.Pattern = field(default_factory=lambda: re.compile(f"[{re.escape(string.punctuation)}]"))

    def __call__(self, data_list):
        return [self.pattern.sub("", text).split() for text in data_list]


tokenize = Tokenizer()
