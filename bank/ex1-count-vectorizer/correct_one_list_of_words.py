class CountVectorizer:
    def __init__(self):
        self.words = []

    def fit(self, token_list):
        counts = Counter(token_list)
        self.words = sorted(counts, key=counts.get, reverse=True)

    def transform_to_vec(self, token_list):
        return [self.words.index(w) + 1 if w in self.words else None for w in token_list]

    def transform_to_str(self, ranks):
        return [self.words[r - 1] if 1 <= r <= len(self.words) else None for r in ranks]
