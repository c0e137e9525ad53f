"""From a question to an answer: words, match, triage. Pure: no printing, no environment."""
