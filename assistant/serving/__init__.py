"""What models.py reaches a model server with: protocols, the queue, the reply while it arrives."""
