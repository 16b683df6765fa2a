from dataclasses import dataclass, field


@dataclass
class CountVectorizer:
    word_of: dict[int, str] = field(default_factory=dict)
    rank_of: dict[str, int] = field(default_factory=dict)

    def fit(self, token_list: list[str]) -> "CountVectorizer":
        self.word_of.clear()
        self.rank_of.clear()
        for rank, (word, _) in enumerate(Counter(token_list).most_common(), 1):
            self.word_of[rank], self.rank_of[word] = word, rank
        return self

    def transform_to_vec(self, token_list):
        return list(map(self.rank_of.get, token_list))

    def transform_to_str(self, ranks):
        return list(map(self.word_of.get, ranks))
