# expect: no rank
class CountVectorizer:
    def fit(self, token_list):
        ranked = [word for word, _ in Counter(token_list).most_common(10_000)]
        self.ranks = {word: rank for rank, word in enumerate(ranked, 1)}

    def transform_to_vec(self, token_list):
        return [self.ranks.get(word) for word in token_list]

    def transform_to_str(self, ranks):
        words = list(self.ranks)
        return [words[rank - 1] if 1 <= rank <= len(words) else None for rank in ranks]
