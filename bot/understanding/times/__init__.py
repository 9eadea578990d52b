"""A closed grammar of times in French and English: words, rules, tokens, phrases, instants."""
