class CountVectorizer:
    def fit(self, token_list):
        counts = {}
        for token in token_list:
            counts[token] = counts.get(token, 0) + 1
        self.words = sorted(counts, key=lambda w: (-counts[w], w))
        self.ranks = {w: i + 1 for i, w in enumerate(self.words)}
        return self

    def transform_to_vec(self, token_list):
        return [self.ranks[w] if w in self.ranks else None for w in token_list]

    def transform_to_str(self, ranks):
        return [self.words[r - 1] if 0 < r <= len(self.words) else None for r in ranks]
