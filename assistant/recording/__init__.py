"""What records.py keeps its table with: the database and the pseudonyms."""
