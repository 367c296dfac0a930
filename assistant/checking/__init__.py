"""What cite.py and quotes.py check a text with: figures, norms, negation, quotations. No model."""
